import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { workerData } from 'node:worker_threads';
import { io, loadGraphModel } from '@energetic-ai/core';
import { type EmbeddingsModel, initModel } from '@energetic-ai/embeddings';
import { serve } from '../worker-server';

/** Folder with the model's files. TensorFlow's WebAssembly is beside this bundle, where it looks for it. */
const { modelFolder } = workerData as { modelFolder: string };

let model: Promise<EmbeddingsModel> | undefined;

function load(): Promise<EmbeddingsModel> {
  return initModel(async () => ({
    model: await loadGraphModel(io.fileSystem(path.join(modelFolder, 'model.json'))),
    vocabulary: JSON.parse(await readFile(path.join(modelFolder, 'vocab.json'), 'utf8')),
  }));
}

serve<string, Float32Array>(async (text) => {
  model ??= load();
  // The model has no vector for nothing; white space stands for it.
  return Float32Array.from(await (await model).embed(text.trim() || '.'));
});
