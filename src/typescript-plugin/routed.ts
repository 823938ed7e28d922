import type ts from 'typescript';
import { changed } from './answers';
import { originOf } from './host';
import type { SkillServices } from './skill-services';

/** @returns a service that answers for skills from their own programs, and for every other file as before. */
export function routed(original: ts.LanguageService, services: SkillServices): ts.LanguageService {
  const proxy: ts.LanguageService = { ...original };
  for (const key of Object.keys(original) as (keyof ts.LanguageService)[]) {
    const ask = (service: ts.LanguageService, args: unknown[]): unknown => {
      const method: unknown = service[key];
      return typeof method === 'function' ? Reflect.apply(method, service, args) : undefined;
    };
    Reflect.set(proxy, key, (...args: unknown[]) => {
      const [fileName] = args;
      const own = typeof fileName === 'string' ? services.of(fileName) : undefined;
      return own ? changed(key, ask(own, args), services) : ask(original, args);
    });
  }
  proxy.toLineColumnOffset = (fileName, position) =>
    (services.knowing(fileName) ?? original).toLineColumnOffset?.(fileName, position) ?? {
      line: 0,
      character: 0,
    };
  proxy.getRenameInfo = (fileName, position, ...rest) => {
    const own = services.of(fileName);
    const places = own?.getDefinitionAtPosition(fileName, position) ?? [];
    if (
      places.some((place) => services.isSandbox(place.fileName) || originOf(place.fileName) !== undefined)
    ) {
      return {
        canRename: false,
        localizedErrorMessage: 'This name is given by the sandbox of the skill and cannot be changed here.',
      };
    }
    return Reflect.apply((own ?? original).getRenameInfo, own ?? original, [fileName, position, ...rest]);
  };
  proxy.dispose = () => {
    services.dispose();
    original.dispose();
  };
  return proxy;
}
