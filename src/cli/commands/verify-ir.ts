import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { shownName } from '../../driver/read-bytes.js';
import { VERIFICATION_FAILED } from '../../driver/verification.js';
import { SourceText } from '../../text/source.js';
import { type IrVerdict, verifyIr } from '../../verify/ir/verify.js';
import { writeResult } from '../streams.js';
import { terminalReporter } from '../terminal.js';

/** More say the same over and over. */
const MAX_SHOWN = 20;
/** How far into a file a byte is looked for that no IR has. */
const BEGINNING = 4096;

/** Whether a file is LLVM IR in text form: by its name, or as it holds no NUL where an image has many. */
export function isIr(bytes: Uint8Array, file: string): boolean {
  return file.endsWith('.ll') || (file === '-' && !bytes.subarray(0, BEGINNING).includes(0));
}

/** `tme-box verify FILE.ll`: early feedback on instrumented IR, before there is an image to prove. */
export function verifyIrCommand(file: string, bytes: Uint8Array, json: boolean): Exit {
  const name = shownName(file);
  const verdict = verifyIr(new SourceText(name, Buffer.from(bytes).toString('latin1')));
  if (json) writeResult('-', `${JSON.stringify(report(name, verdict), undefined, 2)}\n`);
  const { diagnostics, marker, functions } = verdict;
  if (diagnostics.length === 0) {
    const rules = `${marker?.lowering ?? ''}, ${marker?.isolation ?? ''}`;
    if (!json) writeResult('-', `${file}: confined IR (${rules}; ${functions} functions)\n`);
    return SUCCESS;
  }
  const reporter = terminalReporter();
  for (const diagnostic of diagnostics.slice(0, MAX_SHOWN)) reporter.report(diagnostic);
  const hidden = diagnostics.length - MAX_SHOWN;
  const more = hidden > 0 ? `, of which ${hidden} are not shown` : '';
  process.stderr.write(`${file}: refused, for ${diagnostics.length} reasons${more}\n`);
  return diagnostics.some(({ code }) => code.startsWith('TBX')) ? FAILURE : VERIFICATION_FAILED;
}

function report(file: string, { marker, functions, diagnostics }: IrVerdict): object {
  const refusals = diagnostics.map(({ code, message, source, span }) => ({
    rule: code,
    message,
    ...(span === undefined ? {} : source?.position(span.start)),
  }));
  return { file, ...marker, functions, refusals };
}
