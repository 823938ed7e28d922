// The package's own types lead to TensorFlow.js packages that it bundles and does not install.
declare module '@energetic-ai/core' {
  export type GraphModel = object;
  export const io: { fileSystem(path: string): object };
  export function loadGraphModel(source: object): Promise<GraphModel>;
}
