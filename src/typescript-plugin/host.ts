import type ts from 'typescript';
import type { RequiredModule, TypedSkill } from './configuration';

type Api = typeof ts;

/** Behind the path of a skill, where declarations stand that are in no file. */
const moduleSuffix = '.tavora-module.d.ts';
const argsSuffix = '.tavora-args.d.ts';

/** @returns the file that declarations without one were made for, or undefined for a real file. */
export function originOf(fileName: string): string | undefined {
  const suffix = [moduleSuffix, argsSuffix].find((one) => fileName.endsWith(one));
  return suffix && fileName.slice(0, -suffix.length);
}

/** @returns a path as the service writes it. */
export function normalized(fileName: string): string {
  return fileName.replaceAll('\\', '/');
}

/** What a skill's own program is made of: the skill, what it requires, and the sandbox, but no DOM and no Node. */
export class SkillHost implements ts.LanguageServiceHost {
  private readonly file: string;
  private readonly sandbox: string;
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly api: Api,
    private readonly info: ts.server.PluginCreateInfo,
    skill: TypedSkill,
    private readonly modules: Record<string, RequiredModule>,
    sandbox: string,
  ) {
    this.file = normalized(skill.file);
    this.sandbox = normalized(sandbox);
    if (skill.args !== undefined) this.texts.set(this.file + argsSuffix, skill.args);
    for (const { file, text } of Object.values(modules)) {
      if (text !== undefined) this.texts.set(normalized(file) + moduleSuffix, text);
    }
  }

  getCompilationSettings(): ts.CompilerOptions {
    const own = this.info.languageServiceHost.getCompilationSettings();
    return {
      target: this.api.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts'],
      types: [],
      module: this.api.ModuleKind.CommonJS,
      // A bare skill is the body of a function: its names are its own, not the program's.
      moduleDetection: this.api.ModuleDetectionKind.Force,
      allowJs: true,
      checkJs: own.checkJs ?? false,
      strict: own.strict ?? false,
      noEmit: true,
      maxNodeModuleJsDepth: 0,
    };
  }

  getScriptFileNames(): string[] {
    const args = this.file + argsSuffix;
    return [this.file, this.sandbox, ...(this.texts.has(args) ? [args] : [])];
  }

  getScriptVersion(fileName: string): string {
    const open = this.info.project.projectService.getScriptInfo(fileName);
    if (open) return `open ${open.getLatestVersion()}`;
    if (this.texts.has(fileName) || !fileName.endsWith('.js')) return '1';
    const time = this.info.serverHost.getModifiedTime?.(fileName)?.getTime() ?? 0;
    return `saved ${time}`;
  }

  getScriptSnapshot(fileName: string): ts.IScriptSnapshot | undefined {
    const open = this.info.project.projectService.getScriptInfo(fileName);
    if (open) return open.getSnapshot();
    const text = this.readFile(fileName);
    return text === undefined ? undefined : this.api.ScriptSnapshot.fromString(text);
  }

  getScriptKind(fileName: string): ts.ScriptKind {
    return fileName.endsWith('.js') ? this.api.ScriptKind.JS : this.api.ScriptKind.TS;
  }

  resolveModuleNameLiterals(
    literals: readonly ts.StringLiteralLike[],
  ): readonly ts.ResolvedModuleWithFailedLookupLocations[] {
    return literals.map(({ text }) => ({ resolvedModule: this.resolve(text) }));
  }

  getCurrentDirectory(): string {
    return this.info.languageServiceHost.getCurrentDirectory();
  }

  getDefaultLibFileName(options: ts.CompilerOptions): string {
    return this.info.languageServiceHost.getDefaultLibFileName(options);
  }

  useCaseSensitiveFileNames(): boolean {
    return this.info.serverHost.useCaseSensitiveFileNames;
  }

  fileExists(fileName: string): boolean {
    return this.texts.has(fileName) || this.info.serverHost.fileExists(fileName);
  }

  readFile(fileName: string): string | undefined {
    return this.texts.get(fileName) ?? this.info.serverHost.readFile(fileName);
  }

  private resolve(request: string): ts.ResolvedModuleFull | undefined {
    // The extension names these files itself, in the declarations that it makes.
    if (request.endsWith('.d.ts')) return this.resolved(normalized(request));
    const name = request.replace(/^\.\/(?:skills\/)?/, '');
    const target = Object.hasOwn(this.modules, name) ? this.modules[name] : undefined;
    if (!target) return undefined;
    return this.resolved(normalized(target.file) + (target.text === undefined ? '' : moduleSuffix));
  }

  private resolved(resolvedFileName: string): ts.ResolvedModuleFull {
    const { Dts, Js } = this.api.Extension;
    return { resolvedFileName, extension: resolvedFileName.endsWith('.d.ts') ? Dts : Js };
  }
}
