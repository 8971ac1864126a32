/* global CSS, HTMLDetailsElement, URLSearchParams, addEventListener, document, getSelection, history, location, matchMedia */
/*
 * What the page can do beyond being read: zoom, cursor, keys, a link that remembers the view. Everything works per
 * experiment (<article class="run">); nothing here is needed to read the result.
 */
'use strict';

const shapesFromPx = 6;
const narrowScreen = matchMedia('(max-width: 900px)');

for (const run of document.querySelectorAll('.run')) startRun(run);
foldOnNarrowScreens();
addEventListener('beforeprint', () => {
  for (const part of document.querySelectorAll('details')) part.open = true;
});
for (const link of document.querySelectorAll('a[href^="#"]')) {
  link.addEventListener('click', () => {
    const target = document.getElementById(link.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  });
}

function foldOnNarrowScreens() {
  if (!narrowScreen.matches) return;
  const stayOpen = ['timelines', 'latency', 'change'];
  for (const part of document.querySelectorAll('details.sec')) part.open = stayOpen.includes(part.dataset.key);
}

function startRun(run) {
  const all = { from: Number(run.dataset.from), to: Number(run.dataset.to) };
  const faults = JSON.parse(run.querySelector('.faults')?.textContent ?? '[]');
  const lanes = [...run.querySelectorAll('.lane')];
  const cache = new Map();
  const view = { ...all, window: '', lane: null };

  for (const button of run.querySelectorAll('[data-window]')) {
    button.addEventListener('click', () => showWindow(button.dataset.window));
  }
  run.addEventListener('change', () => {
    if (view.lane !== null && !isShown(view.lane)) choose(null);
    draw();
    remember();
  });
  for (const [index, lane] of lanes.entries()) startLane(lane, index);
  for (const panel of run.querySelectorAll('.timeline')) startPanel(panel);
  addEventListener('resize', draw);
  recall();

  function lookupsOf(id) {
    if (!cache.has(id)) {
      const data = run.querySelector(`[data-lane-data="${id}"]`);
      cache.set(id, data === null ? [] : decodeLane(JSON.parse(data.textContent)));
    }
    return cache.get(id);
  }

  /* Zoom */

  function showWindow(name) {
    const [from, to] = rangeOf(name);
    zoom(from, to, name);
  }

  function rangeOf(name) {
    if (name.startsWith('fault-')) {
      const index = faults.findIndex((fault) => `fault-${fault.fault}` === name);
      const at = faults[index]?.atMs ?? 0;
      const next = faults[index + 1]?.atMs ?? Math.min(all.to, at + 25000);
      return [Math.max(all.from, at - 1000), Math.min(all.to, next)];
    }
    if (name === 'first-bad' || name === 'last-bad') {
      const lookups = lookupsOf((view.lane ?? worstShownLane())?.dataset.lane ?? '');
      const isBad = (lookup) => lookup.kind !== 'good';
      const at = (name === 'first-bad' ? lookups.find(isBad) : lookups.findLast(isBad))?.due;
      if (at !== undefined) return [at - 1000, at + 1000];
    }
    return [all.from, all.to];
  }

  function worstShownLane() {
    const edges = [...run.querySelectorAll('.edges:not([hidden])')].find((part) => part.offsetParent !== null);
    return lanes.find((lane) => lane.dataset.lane === edges?.dataset.of) ?? null;
  }

  function zoom(from, to, name) {
    view.from = Math.max(all.from, Math.min(from, to - 200));
    view.to = Math.min(all.to, Math.max(to, view.from + 200));
    view.window = name;
    for (const button of run.querySelectorAll('[data-window]')) {
      button.setAttribute('aria-pressed', String(button.dataset.window === name));
    }
    run.style.setProperty('--x0', view.from);
    run.style.setProperty('--w', view.to - view.from);
    draw();
    remember();
  }

  function draw() {
    for (const axis of run.querySelectorAll('.axis .plot')) drawTicks(axis, 'at tick', 8);
    for (const axis of run.querySelectorAll('.latency .x')) drawTicks(axis, '', 6);
    for (const lane of lanes) drawLane(lane);
    for (const plot of run.querySelectorAll('[data-plot]')) drawLatency(plot);
  }

  function drawTicks(axis, className, count) {
    for (const old of axis.querySelectorAll('span:not(.flag)')) old.remove();
    const ticks = niceTicks(view.from / 1000, view.to / 1000, count);
    // A label at the very end would run into what stands beside the axis.
    const span = view.to - view.from;
    const shown = ticks.filter((second) => second * 1000 < view.to - span * 0.03);
    for (const [index, second] of shown.entries()) {
      const label = document.createElement('span');
      label.className = className;
      label.style.setProperty('--a', second * 1000);
      label.textContent = offsetLabel(second) + (index === shown.length - 1 ? ' s' : '');
      axis.append(label);
    }
  }

  function drawLane(lane) {
    const svg = lane.querySelector('svg.lookups');
    svg.setAttribute('viewBox', `${view.from} 0 ${view.to - view.from} 10`);
    lane.querySelector('svg.shapes')?.remove();
    const width = svg.clientWidth;
    const lookups = lookupsOf(lane.dataset.lane);
    const step = lookups.step ?? Infinity;
    if (width === 0 || (step / (view.to - view.from)) * width < shapesFromPx) return;
    const paths = { good: '', slow: '', bad: '', unsent: '' };
    for (const lookup of lookups) {
      if (lookup.due < view.from || lookup.due > view.to) continue;
      const x = (((lookup.due - view.from) / (view.to - view.from)) * width).toFixed(1);
      paths[lookup.kind] += {
        good: `M${x} 7m-1.8 0a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0z`,
        slow: `M${x} 1.5l3.2 6.5h-6.4z`,
        bad: `M${x} 1m-3 0l6 7m0-7l-6 7`,
        unsent: `M${x} 5m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0z`,
      }[lookup.kind];
    }
    const shapes = svgElement('svg', { class: 'shapes', 'aria-hidden': 'true' });
    for (const [kind, d] of Object.entries(paths))
      if (d !== '') shapes.append(svgElement('path', { class: `s-${kind}`, d }));
    svg.after(shapes);
  }

  function drawLatency(svg) {
    if (svg.clientWidth === 0) return;
    if (svg.dataset.drawn === undefined && view.from === all.from && view.to === all.to) return;
    svg.dataset.drawn = 'true';
    const { width, height } = svg.viewBox.baseVal;
    const [least, most] = [Number(svg.dataset.least), Number(svg.dataset.most)];
    const y = (ms) =>
      (0.98 - (Math.log(Math.min(most, Math.max(ms, least)) / least) / Math.log(most / least)) * 0.96) * height;
    const paths = { good: '', slow: '', bad: '' };
    for (const { due, latency, kind } of lookupsOf(svg.dataset.plot)) {
      if (kind === 'unsent' || due < view.from || due > view.to) continue;
      const x = ((due - view.from) / (view.to - view.from)) * width;
      const top = y(latency);
      paths[kind] += {
        good: `M${x.toFixed(1)} ${top.toFixed(1)}h0`,
        slow: `M${x.toFixed(1)} ${(top - 3).toFixed(1)}l3 5.4h-6z`,
        bad: `M${(x - 2.4).toFixed(1)} ${(top - 2.4).toFixed(1)}l4.8 4.8m0-4.8l-4.8 4.8`,
      }[kind];
    }
    for (const old of svg.querySelectorAll('path:not(.grid)')) old.remove();
    for (const [kind, d] of Object.entries(paths)) svg.append(svgElement('path', { class: `l-${kind}`, d }));
  }

  /* Lanes: choose, keys, cursor */

  function startLane(lane, index) {
    lane.setAttribute('role', 'button');
    lane.setAttribute('aria-pressed', 'false');
    lane.tabIndex = index === 0 || lane.closest('.timeline') !== lanes[index - 1]?.closest('.timeline') ? 0 : -1;
    lane.addEventListener('click', () => choose(lane));
    lane.addEventListener('keydown', (event) => {
      const moves = { ArrowDown: 1, ArrowUp: -1 };
      const steps = { ArrowRight: 1, ArrowLeft: -1 };
      if (event.key in moves) focusLane(lane, moves[event.key]);
      else if (event.key in steps) stepLookup(lane, steps[event.key]);
      else if (event.key === 'Enter' || event.key === ' ') choose(lane);
      else return;
      event.preventDefault();
    });
  }

  function focusLane(lane, move) {
    const shown = lanes.filter(isShown);
    const next = shown[shown.indexOf(lane) + move];
    if (next === undefined) return;
    lane.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function choose(lane) {
    view.lane = lane;
    for (const other of lanes) other.setAttribute('aria-pressed', String(other === lane));
    if (lane !== null) {
      const site = lane.closest('.of-site');
      const own = site.querySelector(`.edges[data-of="${lane.dataset.lane}"]`);
      if (own !== null) for (const part of site.querySelectorAll('.edges')) part.hidden = part !== own;
      readout(lane, `${lane.getAttribute('aria-label')}.`);
    }
    remember();
  }

  function stepLookup(lane, step) {
    const lookups = lookupsOf(lane.dataset.lane);
    const at = Number(lane.dataset.at ?? -1);
    const firstInView = lookups.findIndex((lookup) => lookup.due >= view.from);
    const next = at < 0 ? firstInView : Math.min(Math.max(at + step, 0), lookups.length - 1);
    const lookup = lookups[next];
    if (lookup === undefined) return;
    lane.dataset.at = String(next);
    if (lookup.due < view.from || lookup.due > view.to) {
      const half = (view.to - view.from) / 2;
      zoom(lookup.due - half, lookup.due + half, view.window);
    }
    moveCursor(lane.closest('.timeline'), lookup.due);
    readout(lane, lookupText(lane, lookup));
  }

  function startPanel(panel) {
    let pressedAt = null;
    panel.addEventListener('pointermove', (event) => {
      const at = timeAt(panel, event.clientX);
      if (at === null) return;
      moveCursor(panel, at);
      const lane = event.target.closest('.lane');
      if (lane !== null) readout(lane, nearestText(lane, at));
    });
    panel.addEventListener('pointerleave', () => moveCursor(panel, null));
    panel.addEventListener('pointerdown', (event) => {
      pressedAt = event.pointerType === 'mouse' ? timeAt(panel, event.clientX) : null;
    });
    panel.addEventListener('pointerup', (event) => {
      const at = timeAt(panel, event.clientX);
      if (pressedAt !== null && at !== null && Math.abs(at - pressedAt) > (view.to - view.from) / 50) {
        zoom(Math.min(at, pressedAt), Math.max(at, pressedAt), 'dragged');
        getSelection()?.removeAllRanges();
      }
      pressedAt = null;
    });
  }

  function timeAt(panel, clientX) {
    const box = panel.querySelector('.marks').getBoundingClientRect();
    const part = (clientX - box.left) / box.width;
    return part < 0 || part > 1 ? null : view.from + part * (view.to - view.from);
  }

  function moveCursor(panel, at) {
    const cursor = panel.querySelector('.cursor');
    cursor.style.display = at === null ? 'none' : 'block';
    if (at !== null) cursor.style.left = `${((at - view.from) / (view.to - view.from)) * 100}%`;
  }

  function nearestText(lane, at) {
    const lookups = lookupsOf(lane.dataset.lane);
    let nearest = null;
    for (const lookup of lookups) {
      if (nearest === null || Math.abs(lookup.due - at) < Math.abs(nearest.due - at)) nearest = lookup;
    }
    const tooFar = nearest === null || Math.abs(nearest.due - at) > 2 * lookups.step + 50;
    return tooFar
      ? `${lane.dataset.name}: nothing recorded at ${offsetLabel(Number((at / 1000).toFixed(2)))} s`
      : lookupText(lane, nearest);
  }

  function readout(lane, text) {
    const line = lane.closest('.of-site').querySelector('.readout');
    if (line.textContent !== text) line.textContent = text;
  }

  /* A link that remembers the view */

  function remember() {
    const words = new URLSearchParams({ run: run.id });
    const mode = run.querySelector('[name$="-mode"]:checked')?.value;
    const config = run.querySelector('[name$="-config"]:checked')?.className;
    if (mode !== undefined) words.set('mode', mode);
    if (config !== undefined) words.set('config', config);
    if (view.window === 'dragged') words.set('time', `${Math.round(view.from)}..${Math.round(view.to)}`);
    else if (view.window !== '') words.set('time', view.window);
    if (view.lane !== null) words.set('lane', view.lane.dataset.lane);
    try {
      history.replaceState(null, '', `#${words}`);
    } catch {
      // Some hosts of reports forbid it; the page works without.
    }
  }

  function recall() {
    const words = new URLSearchParams(location.hash.slice(1));
    if (words.get('run') !== run.id) return;
    const radio = (name, value) => run.querySelector(`[name$="-${name}"].${CSS.escape(value)}`);
    const mode = words.get('mode') === null ? null : radio('mode', `mode-${words.get('mode')}`);
    const config = words.get('config') === null ? null : radio('config', words.get('config'));
    if (mode !== null) mode.checked = true;
    if (config !== null) config.checked = true;
    const lane = lanes.find((candidate) => candidate.dataset.lane === words.get('lane'));
    if (lane !== undefined) choose(lane);
    const time = words.get('time') ?? '';
    const dragged = /^(-?\d+)\.\.(-?\d+)$/.exec(time);
    if (dragged !== null) zoom(Number(dragged[1]), Number(dragged[2]), 'dragged');
    else if (time !== '') showWindow(time);
  }
}

/* The format is lane-data.ts's. */
function decodeLane({ first, step, lookups }) {
  const decoded = [];
  decoded.step = step;
  let n = 0;
  for (const token of lookups === '' ? [] : lookups.split(' ')) {
    if (token.startsWith('@')) {
      n += Number(token.slice(1));
      continue;
    }
    const due = first + n * step;
    n++;
    if (token === '-') decoded.push({ due, latency: null, kind: 'unsent', word: 'not sent' });
    else if (token.startsWith('!')) decoded.push({ due, latency: tenths(token.slice(1)), kind: 'bad', word: 'failed' });
    else if (token.startsWith('~'))
      decoded.push({ due, latency: tenths(token.slice(1)), kind: 'bad', word: 'given up' });
    else {
      const latency = tenths(token);
      const slow = latency > 1000;
      decoded.push({ due, latency, kind: slow ? 'slow' : 'good', word: slow ? 'answered, slow' : 'answered' });
    }
  }
  return decoded;
}

function tenths(base36) {
  return parseInt(base36, 36) / 10;
}

function lookupText(lane, { due, latency, word }) {
  const after =
    latency === null
      ? ''
      : ` after ${latency < 1000 ? `${latency.toFixed(1)} ms` : `${(latency / 1000).toFixed(2)} s`}`;
  return `${lane.dataset.name}: due ${offsetLabel(Number((due / 1000).toFixed(2)))} s, ${word}${after}`;
}

function niceTicks(from, to, count) {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const ticks = [];
  for (let n = Math.ceil(from / step); n * step <= to; n++) ticks.push(Number((n * step).toFixed(6)));
  return ticks;
}

function offsetLabel(second) {
  if (second === 0) return '0';
  return second > 0 ? `+${second}` : `−${-second}`;
}

function isShown(element) {
  return element.offsetParent !== null;
}

function svgElement(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
