/** What an array of numbers holds, at the beginning of a longer one: by default one of twice its length. */
export function grown<A extends Uint8Array | Int16Array | Uint16Array | Int32Array>(
  old: A,
  kind: new (length: number) => A,
  length = old.length * 2,
): A {
  const longer = new kind(length);
  longer.set(old);
  return longer;
}
