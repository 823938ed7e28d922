export { applyEdits, type FileChange } from './apply';
export type { FileEdit, Fix, FixSource } from './fix';
export { fixAll, fixFile } from './fix-all';
export { fixableCodes, fixesFor } from './fixes-for';
export { overlay } from './overlay';
export { ignoreFix, switchOffFix } from './silence';
