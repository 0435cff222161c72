/** What is known of instructions whatever image has them, and is learnt as images have them. */
import { type AllowList, buildAllowList, type LearningList } from './allow-list.js';
import { EncodingTree } from './encoding-tree.js';
import { Encodings } from './encodings.js';
import { type Iced, type RegisterFacts, registerFacts } from './iced.js';
import { Siblings } from './modrm.js';
import { knownOpcodes } from './opcode-table.js';

export interface DecoderFacts {
  readonly list: AllowList;
  readonly encodings: Encodings;
  readonly tree: Pick<EncodingTree, 'find' | 'learn'>;
  readonly siblings: Pick<Siblings, 'read' | 'learn'>;
}

/** The same, and whom to ask for more. */
export interface AskingFacts extends DecoderFacts {
  readonly list: LearningList;
  readonly iced: Iced;
  readonly registers: RegisterFacts;
}

/** More are not handed from one image to the next: what cannot be found again is among them. */
const MAX_KEPT = 1 << 16;

/** The facts of this process: learning them takes longer than a small image. */
let known: DecoderFacts | undefined;
let asking: AskingFacts | undefined;

/** What is known without the decoder: nothing where the opcodes did not come with the program. */
export function knownFacts(): DecoderFacts | undefined {
  if (known !== undefined && known.encodings.count <= MAX_KEPT) return known;
  const opcodes = known ?? knownOpcodes();
  if (opcodes === undefined) return undefined;
  known = {
    list: opcodes.list,
    siblings: opcodes.siblings,
    encodings: new Encodings(),
    tree: new EncodingTree(),
  };
  return known;
}

/** What is known with the decoder. */
export function decoderFacts(iced: Iced): AskingFacts {
  const facts = knownFacts();
  if (asking !== undefined && asking.encodings === facts?.encodings) return asking;
  const list = buildAllowList(iced, facts?.list);
  known = facts ?? {
    list,
    siblings: new Siblings(list),
    encodings: new Encodings(),
    tree: new EncodingTree(),
  };
  asking = { ...known, list, iced, registers: asking?.registers ?? registerFacts(iced) };
  return asking;
}
