const inputTypes = ['confirm', 'choice', 'text'] as const;

/** `args` of an `input_request`. Answered with a boolean, one of the options, or text. */
export interface InputRequest {
  request_id: string;
  input_type: (typeof inputTypes)[number];
  message: string;
  options: string[] | undefined;
  placeholder: string | undefined;
}

/**
 * Reads what a run asks of a person. By hand and without a schema: pages read it too, and are drawn sooner without
 * a library of schemas in them.
 * @param args of an event or step `input_request`
 * @returns undefined when they carry no id that an answer could be given to; a type that is not known is asked as text
 */
export function inputRequestOf(args: unknown): InputRequest | undefined {
  if (typeof args !== 'object' || args === null) return undefined;
  const { request_id: id, input_type: type, message, options, placeholder } = args as Record<string, unknown>;
  if (typeof id !== 'string') return undefined;
  return {
    request_id: id,
    input_type: inputTypes.find((one) => one === type) ?? 'text',
    message: textOf(message) ?? '',
    options: Array.isArray(options) ? options.filter((one) => typeof one === 'string') : undefined,
    placeholder: textOf(placeholder),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
