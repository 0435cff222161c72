/**
 * Adds items to a list. `list.push(...items)` puts each of them on the stack, which is full after some 100,000; and how
 * many there are is often for who wrote a file to say.
 */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
