import { checkOperands, formatCounts } from './operands/check.js';

/** `check-operands [--isolate=data] IMAGE-OR-PROGRAM…`: exit status 0 when no operand is refused, 1 otherwise. */
async function main(words: readonly string[]): Promise<number> {
  const isolation = words.includes('--isolate=data') ? 'data' : 'code+data';
  const paths = words.filter((word) => !word.startsWith('--'));
  if (paths.length === 0) {
    console.error('usage: check-operands [--isolate=data] IMAGE-OR-PROGRAM…');
    return 2;
  }
  let refusals = 0;
  for (const path of paths) {
    const report = await checkOperands(path, isolation);
    console.log(`${path}: ${formatCounts(report)}; ${report.exceptions.length} refused`);
    for (const { address, function: name, text, reason } of report.exceptions) {
      console.log(`  ${address.toString(16)} <${name}>: ${text}: ${reason}`);
    }
    refusals += report.exceptions.length;
  }
  return refusals === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
