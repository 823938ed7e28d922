export { sandboxDeclarations } from './sandbox';
export { argsDeclaration, serverDeclaration, skillDeclaration } from './skill';
export { projectDeclarations, typesConfig } from './written';
