/** A wrong command line, which ends a command with exit code 2. Yargs has no other way to stop before the handler. */
export class UsageError extends Error {}
