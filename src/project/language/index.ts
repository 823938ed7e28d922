export { findCompletions } from './completion';
export { type FoldingRange, findFolding } from './folding';
export { findHints, type Hint } from './hints';
export { findHover } from './hover';
export { LanguageIndex, type Occurrence } from './index/language-index';
export { type LanguageSymbol, skillSymbol } from './index/symbol';
export { findLinks, type Link } from './links';
export { type Definition, definitionsOf, findDefinition, findReferences } from './navigate';
export { changesOf } from './rename/moves';
export { checkName } from './rename/names';
export { type Move, type Renamable, type RenamePlan, RenameRefusal } from './rename/plan';
export { planAgentRename, planRename, prepareRename } from './rename/rename';
export { findSignatures, type Signature } from './signature';
export {
  findProjectSymbols,
  type OutlineItem,
  type OutlineKind,
  outline,
  type ProjectSymbol,
} from './symbols';
export { findTokens, type Token, type TokenType, tokenTypes } from './tokens';
export type * from './types';
