import stringWidth from 'string-width';

/** Breaks text at blanks so that no line is wider than `columns`; a longer word has a line of its own. */
export function wrapText(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(breaks)) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && stringWidth(longer) > columns) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
  }
  return lines;
}

/** A number and its unit stay together. */
const breaks = / +(?!(?:s|ms|min|kB|MB|%)(?:\W|$))/;

/** A labelled paragraph: the label in a column of its own, further lines under the text. */
export function wrapField(label: string, text: string, columns: number, labelWidth = 10): string[] {
  const lines = wrapText(text, columns - labelWidth);
  return lines.map((line, index) => padTo(index === 0 ? label : '', labelWidth) + line);
}

/** Left and right text on one line of `columns`; on two lines when both do not fit. */
export function spread(left: string, right: string, columns: number): string {
  const gap = columns - stringWidth(left) - stringWidth(right);
  return gap >= 2 ? left + ' '.repeat(gap) + right : `${left}\n${right}`;
}

/** Pads to a width as seen on the terminal, colours not counted. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

export function padStartTo(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text;
}
