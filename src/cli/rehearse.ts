/** What commands do in this process, for its own sake: scripts/bundle.js keeps the code that V8 makes for it. */

import { confineAssembly } from '../asm/addr32.js';
import { parsePlan } from '../driver/plan.js';
import { instrument, type InstrumentOptions } from '../passes/pipeline.js';
import { SourceText } from '../text/source.js';

const ASSEMBLY = `f:
\tmovl\t%gs:8(%rdi,%rcx,8), %eax
\tleaq\tg+20(%rip), %rax
\tleaq\t.LJTI0_0(%rip), %rcx
\tjmpq\t*%rcx
.LBB0_1:
\tretq
.LJTI0_0:
\t.long\t.LBB0_1-.LJTI0_0
`;

const PLAN = ' "clang" "-cc1" "-emit-obj" "-O2" "-o" "a.o" "-x" "c" "a.c"\n';

/** What the compiler does: instruments each module, be it accepted or not, and confines a little assembly. */
export function rehearseCompiler(modules: readonly string[]): void {
  rehearsePasses(modules, 'addr32');
  confineAssembly(new SourceText('a.s', ASSEMBLY));
  parsePlan(PLAN);
}

export function rehearsePasses(
  modules: readonly string[],
  lowering: InstrumentOptions['lowering'],
): void {
  for (const text of modules) {
    const source = new SourceText('module.ll', text);
    instrument(source, { isolation: 'code+data', lowering, keyBits: 15 });
  }
}
