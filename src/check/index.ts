/** The checks of `tme-box check`: names, types and the rules of LangRef, over a parsed module. */
export { checkModule } from './check.js';
export type { CheckCode } from './findings.js';
