/**
 * Fills `${NAME}` in a text of an `agent.jsonc` from the config's own `env`. A name that it does not have stays
 * as it is written: nothing of the runtime's own environment gets into source that anybody may sync.
 */
export function fillVariables(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([A-Za-z_]\w*)\}/g, (written, name: string) =>
    Object.hasOwn(env, name) ? (env[name] ?? written) : written,
  );
}
