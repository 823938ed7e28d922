import type ts from 'typescript';
import { routed } from './routed';
import { SkillServices } from './skill-services';

/**
 * A plugin of the editor's JavaScript service: gives skills the types of their sandbox, and nothing of the DOM or of
 * Node, without a file in the person's project. The extension says which files are skills.
 */
export default function init({ typescript }: { typescript: typeof ts }): ts.server.PluginModule {
  let services: SkillServices | undefined;
  let project: ts.server.Project | undefined;
  return {
    create(info) {
      services = new SkillServices(typescript, info);
      services.configure(info.config);
      project = info.project;
      return routed(info.languageService, services);
    },
    onConfigurationChanged(message: unknown) {
      services?.configure(message);
      project?.refreshDiagnostics();
    },
  };
}
