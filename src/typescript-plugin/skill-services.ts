import type ts from 'typescript';
import { isConfiguration, type PluginConfiguration, type TypedSkill } from './configuration';
import { normalized, SkillHost } from './host';

/** Programs that are kept; each costs some megabytes, and a person has few skills open at a time. */
const mostKept = 6;

/** One language service for each skill that somebody looks at: a skill's globals are no other file's. */
export class SkillServices {
  private configuration: PluginConfiguration | undefined;
  private skills = new Map<string, TypedSkill>();
  /** In order of use, the last used at the end. */
  private readonly services = new Map<string, ts.LanguageService>();
  private readonly registry: ts.DocumentRegistry;

  constructor(
    private readonly api: typeof ts,
    private readonly info: ts.server.PluginCreateInfo,
  ) {
    this.registry = api.createDocumentRegistry(
      info.serverHost.useCaseSensitiveFileNames,
      info.project.getCurrentDirectory(),
    );
  }

  /** Takes what the extension says, in place of what it said before. */
  configure(message: unknown): void {
    if (!isConfiguration(message)) return;
    this.configuration = message;
    this.skills = new Map(message.skills.map((skill) => [this.key(skill.file), skill]));
    this.dispose();
  }

  /** @returns the service of a skill's file, or undefined for any other file. */
  of(fileName: string): ts.LanguageService | undefined {
    const key = this.key(fileName);
    const skill = this.skills.get(key);
    if (!skill || !this.configuration) return undefined;
    const service = this.services.get(key) ?? this.start(skill, this.configuration);
    this.services.delete(key);
    this.services.set(key, service);
    for (const [oldest, one] of this.services) {
      if (this.services.size <= mostKept) break;
      one.dispose();
      this.services.delete(oldest);
    }
    return service;
  }

  /** @returns the service whose program has read a file, for places that an answer of it named. */
  knowing(fileName: string): ts.LanguageService | undefined {
    return [...this.services.values()].findLast((one) => one.getProgram()?.getSourceFile(fileName));
  }

  /** @returns whether a file declares the sandbox, and so belongs to nobody who edits a skill. */
  isSandbox(fileName: string): boolean {
    return this.configuration !== undefined && this.key(this.configuration.sandbox) === this.key(fileName);
  }

  dispose(): void {
    for (const service of this.services.values()) service.dispose();
    this.services.clear();
  }

  private start(skill: TypedSkill, { agents, sandbox }: PluginConfiguration): ts.LanguageService {
    const host = new SkillHost(this.api, this.info, skill, agents[skill.agent] ?? {}, sandbox);
    return this.api.createLanguageService(host, this.registry);
  }

  private key(fileName: string): string {
    const path = normalized(fileName);
    return this.info.serverHost.useCaseSensitiveFileNames ? path : path.toLowerCase();
  }
}
