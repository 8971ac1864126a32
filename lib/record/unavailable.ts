/** The drill can't run here, and this is why: it is skipped, which is not passed. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
