/** What is known of instructions whatever image has them, and is learnt as images have them. */
import { type AllowList, buildAllowList } from './allow-list.js';
import { EncodingTree } from './encoding-tree.js';
import { Encodings } from './encodings.js';
import { type Iced, type RegisterFacts, registerFacts } from './iced.js';
import { Siblings } from './modrm.js';

export interface DecoderFacts {
  readonly iced: Iced;
  readonly list: AllowList;
  readonly registers: RegisterFacts;
  readonly encodings: Encodings;
  readonly tree: Pick<EncodingTree, 'find' | 'learn'>;
  readonly siblings: Pick<Siblings, 'read' | 'learn'>;
}

/** More are not handed from one image to the next: what cannot be found again is among them. */
const MAX_KEPT = 1 << 16;

let known: DecoderFacts | undefined;

/** The facts of this process: learning them takes longer than a small image. */
export function decoderFacts(iced: Iced): DecoderFacts {
  if (known === undefined || known.encodings.count > MAX_KEPT) known = newFacts(iced);
  return known;
}

function newFacts(iced: Iced): DecoderFacts {
  const list = known?.list ?? buildAllowList(iced);
  return {
    iced,
    list,
    registers: known?.registers ?? registerFacts(iced),
    encodings: new Encodings(),
    tree: new EncodingTree(),
    siblings: new Siblings(list),
  };
}
