/** The configuration can't be used as it is: which file, which key, which value. Wrong usage, not a broken suite. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
