import { basename } from 'node:path';
import { z } from 'zod';
import { EmbeddingsAway, MODEL_DUPLICATE, type EmbeddingProvider } from './provider';

export interface OnnxOptions {
  /** A folder with `tokenizer.json`, `config.json` and `onnx/model.onnx`, as models are published. */
  readonly folder: string;
  readonly dimensions: number;
  /** What loads the package; a test stands in for it. */
  readonly load?: (name: string) => Promise<unknown>;
}

/** The package is some 474 MB: it is installed by whoever wants it, and found only when it is asked for. */
const PACKAGE = '@huggingface/transformers';

const packageSchema = z.object({
  env: z.custom<object>((value) => typeof value === 'object' && value !== null),
  pipeline: z.custom<(...args: unknown[]) => Promise<unknown>>((value) => typeof value === 'function'),
});
const extractorSchema = z.custom<(texts: string[], options: object) => Promise<unknown>>(
  (value) => typeof value === 'function',
);
const vectorsSchema = z.object({
  dims: z.array(z.int()),
  data: z.instanceof(Float32Array),
});

type Extractor = z.output<typeof extractorSchema>;

async function open(options: OnnxOptions): Promise<Extractor> {
  const load = options.load ?? ((name: string): Promise<unknown> => import(name));
  const loaded = await load(PACKAGE).catch((cause: unknown) => {
    throw new Error(`embeddings by a local model need the package ${PACKAGE}; install it beside Loam`, {
      cause,
    });
  });
  const { env, pipeline } = packageSchema.parse(loaded);
  // A model is never fetched: what is not in the folder is an error.
  Object.assign(env, { allowRemoteModels: false, allowLocalModels: true });
  return extractorSchema.parse(
    await pipeline('feature-extraction', options.folder, { local_files_only: true }),
  );
}

/** A model in ONNX form that runs in this process: the mean over a text's tokens, of length 1. */
export function onnxEmbeddings(options: OnnxOptions): EmbeddingProvider {
  const { folder, dimensions } = options;
  let opened: Promise<Extractor> | undefined;
  const embed = async (texts: readonly string[]): Promise<Float32Array[]> => {
    const extract = await (opened ??= open(options));
    const vectors = vectorsSchema.parse(await extract([...texts], { pooling: 'mean', normalize: true }));
    const [count = 0, size = 0] = vectors.dims;
    if (count !== texts.length || size !== dimensions)
      throw new EmbeddingsAway(
        `the model gives vectors of ${String(size)} numbers and not the configured ${String(dimensions)}`,
      );
    return texts.map((_, i) => vectors.data.slice(i * size, (i + 1) * size));
  };
  return {
    ...{
      id: `onnx:${basename(folder)}:${String(dimensions)}`,
      dimensions,
      least: 0.3,
      alone: 0.45,
      duplicate: MODEL_DUPLICATE,
      worth: 1,
    },
    check: async () => {
      await embed(['loam']);
    },
    embed,
  };
}
