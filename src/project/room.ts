// The whole room as one program: the extension loads it when it first reads a project, and not with itself.
export * as project from './index';
export * as language from './language';
export * as merge from './merge';
