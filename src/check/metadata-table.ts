/**
 * The specialised metadata nodes of LLVM 16 to 22 and their fields. A field is `name:kind`; an exclamation mark says
 * that it must be there.
 *
 * @see LangRef, "Specialized Metadata Nodes"
 */

const KINDS = [
  'node',
  'present',
  'bound',
  'count',
  'string',
  'filled-string',
  'boolean',
  'u3',
  'u16',
  'u32',
  'u64',
  'size',
  's32',
  'integer',
  'list',
  'tag',
  'language',
  'language-name',
  'encoding',
  'virtuality',
  'convention',
  'macro',
  'emission',
  'name-table',
  'checksum',
  'flags',
  'subprogram-flags',
  'fixed-point',
  'enum-kind',
] as const;

/**
 * node: any metadata, `null` too; present: metadata but not `null`; bound: a number or metadata; count: the same, -1
 * or more; u3 … u64: an unsigned number of so many bits; the others are what their names say.
 */
export type FieldKind = (typeof KINDS)[number];

export interface FieldRule {
  readonly kind: FieldKind;
  readonly required: boolean;
}

const NODES: { readonly [name: string]: string } = {
  DILocation: `line:u32 column:u16 scope:present! inlinedAt:node isImplicitCode:boolean atomGroup:u64 atomRank:u3`,
  GenericDINode: `tag:tag! header:string operands:list`,
  DISubrange: `count:count lowerBound:bound upperBound:bound stride:bound`,
  DIGenericSubrange: `count:bound lowerBound:bound upperBound:bound stride:bound`,
  DISubrangeType: `name:string file:node line:u32 scope:node size:size align:u32 flags:flags baseType:node
    lowerBound:bound upperBound:bound stride:bound bias:bound`,
  DIEnumerator: `name:string! value:integer! isUnsigned:boolean`,
  DIBasicType: `tag:tag name:string file:node line:u32 scope:node size:size align:u32 encoding:encoding
    num_extra_inhabitants:u32 dataSize:u32 flags:flags`,
  DIFixedPointType: `tag:tag name:string file:node line:u32 scope:node size:size align:u32 encoding:encoding
    flags:flags kind:fixed-point factor:integer numerator:integer denominator:integer`,
  DIStringType: `tag:tag name:string stringLength:node stringLengthExpression:node stringLocationExpression:node
    size:size align:u32 encoding:encoding`,
  DIDerivedType: `tag:tag! name:string file:node line:u32 scope:node baseType:node! size:size align:u32 offset:size
    flags:flags extraData:node dwarfAddressSpace:u32 annotations:node ptrAuthKey:u3
    ptrAuthIsAddressDiscriminated:boolean ptrAuthExtraDiscriminator:u16 ptrAuthIsaPointer:boolean
    ptrAuthAuthenticatesNullValues:boolean`,
  DICompositeType: `tag:tag! name:string file:node line:u32 scope:node baseType:node size:size align:u32 offset:size
    flags:flags elements:node runtimeLang:language vtableHolder:node templateParams:node identifier:string
    discriminator:node dataLocation:node associated:node allocated:node rank:bound annotations:node
    num_extra_inhabitants:u32 specification:node enumKind:enum-kind bitStride:bound`,
  DISubroutineType: `flags:flags cc:convention types:node!`,
  DIFile: `filename:string! directory:string! checksumkind:checksum checksum:string source:string`,
  DICompileUnit: `language:language sourceLanguageName:language-name sourceLanguageVersion:u32 file:present!
    producer:string isOptimized:boolean flags:string runtimeVersion:u32 splitDebugFilename:string
    emissionKind:emission enums:node retainedTypes:node globals:node imports:node macros:node dwoId:u64
    splitDebugInlining:boolean debugInfoForProfiling:boolean nameTableKind:name-table rangesBaseAddress:boolean
    sysroot:string sdk:string`,
  DISubprogram: `scope:node name:string linkageName:string file:node line:u32 type:node isLocal:boolean
    isDefinition:boolean scopeLine:u32 containingType:node virtuality:virtuality virtualIndex:u32 thisAdjustment:s32
    flags:flags spFlags:subprogram-flags isOptimized:boolean unit:node templateParams:node declaration:node
    retainedNodes:node thrownTypes:node annotations:node targetFuncName:string keyInstructions:boolean`,
  DILexicalBlock: `scope:present! file:node line:u32 column:u16`,
  DILexicalBlockFile: `scope:present! file:node discriminator:u32!`,
  DICommonBlock: `scope:node! declaration:node name:string file:node line:u32`,
  DINamespace: `scope:node! name:string exportSymbols:boolean`,
  DIMacro: `type:macro! line:u32 name:string! value:string`,
  DIMacroFile: `type:macro line:u32 file:node! nodes:node`,
  DIModule: `scope:node! name:string! configMacros:string includePath:string apinotes:string file:node line:u32
    isDecl:boolean`,
  DITemplateTypeParameter: `name:string type:node! defaulted:boolean`,
  DITemplateValueParameter: `tag:tag name:string type:node defaulted:boolean value:node!`,
  DIGlobalVariable: `name:filled-string scope:node linkageName:string file:node line:u32 type:node isLocal:boolean
    isDefinition:boolean templateParams:node declaration:node align:u32 annotations:node`,
  DILocalVariable: `scope:present! name:string arg:u16 file:node line:u32 type:node flags:flags align:u32
    annotations:node`,
  DILabel: `scope:present! name:string! file:node! line:u32! column:u16 isArtificial:boolean coroSuspendIdx:u32`,
  DIGlobalVariableExpression: `var:node! expr:node!`,
  DIObjCProperty: `name:string file:node line:u32 setter:string getter:string attributes:u32 type:node`,
  DIImportedEntity: `tag:tag! scope:node! entity:node file:node line:u32 name:string elements:node`,
  DIAssignID: ``,
};

/** The fields of each node by name; nodes without a table, as `DIExpression`, have none. */
export const NODE_FIELDS: ReadonlyMap<string, ReadonlyMap<string, FieldRule>> = new Map(
  Object.entries(NODES).map(([name, fields]) => [`!${name}`, parseFields(fields)]),
);

/** Nodes whose parentheses hold a list and no fields. */
export const LIST_NODES: ReadonlySet<string> = new Set(['!DIExpression', '!DIArgList']);

function parseFields(text: string): ReadonlyMap<string, FieldRule> {
  const rules = new Map<string, FieldRule>();
  for (const [, name = '', kind = '', mark] of text.matchAll(/(\w+):([\w-]+)(!?)/g)) {
    const known = KINDS.find((candidate) => candidate === kind);
    if (known !== undefined) rules.set(name, { kind: known, required: mark === '!' });
  }
  return rules;
}
