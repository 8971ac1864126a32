/** A cluster that another run is using. Nothing was touched; wrong timing of the user's, not a broken suite. */
export class InUse extends Error {
  override readonly name = 'InUse';
}
