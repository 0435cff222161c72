/** Whether an option that may be given several times chose the value; one that was not given chose all. */
export function isChosen(given: readonly string[] | undefined, value: string): boolean {
  return given?.includes(value) ?? true;
}
