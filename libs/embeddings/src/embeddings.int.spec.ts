import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';
import { configuredEmbeddings, embeddingsEnvironment } from './configured';
import { onnxEmbeddings } from './onnx';
import { EmbeddingsAway } from './provider';

const signal = new AbortController().signal;
const environment = z.object(embeddingsEnvironment);
const configured = (variables: Record<string, string>) => configuredEmbeddings(environment.parse(variables));

const requestSchema = z.object({ model: z.string(), input: z.array(z.string()) });

describe('an endpoint that speaks as OpenAI does', () => {
  let server: Server;
  let url: string;
  const asked: { path: string | undefined; key: string | undefined; texts: number }[] = [];
  let status = 200;

  beforeAll(async () => {
    server = createServer((request, response) => {
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(Buffer.from(chunk));
        const { input } = requestSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
        asked.push({ path: request.url, key: request.headers.authorization, texts: input.length });
        const data = input.map((text, index) => ({ index, embedding: [text.length, 1] })).reverse();
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    url = typeof address === 'object' ? `http://127.0.0.1:${String(address?.port)}/v1/` : '';
  });
  afterAll(() => server.close());

  const provider = (dimensions: string) =>
    configured({
      LOAM_EMBEDDINGS: 'openai',
      LOAM_EMBEDDINGS_URL: url,
      LOAM_EMBEDDINGS_MODEL: 'm',
      LOAM_EMBEDDINGS_KEY: 'k',
      LOAM_EMBEDDINGS_DIMENSIONS: dimensions,
    });

  it('is asked in batches and its answers are put in order', async () => {
    const texts = Array.from({ length: 70 }, (_, i) => 'x'.repeat(i));
    const vectors = await provider('2').embed(texts, signal);
    expect(vectors.map(([length]) => length)).toEqual(texts.map(({ length }) => length));
    expect(asked.slice(-2)).toEqual([
      { path: '/v1/embeddings', key: 'Bearer k', texts: 64 },
      { path: '/v1/embeddings', key: 'Bearer k', texts: 6 },
    ]);
  });

  it('is away when it refuses, gives other dimensions or is not there', async () => {
    await expect(provider('3').embed(['x'], signal)).rejects.toThrow(
      'have 2 numbers and not the configured 3',
    );
    status = 500;
    await expect(provider('2').embed(['x'], signal)).rejects.toThrow('answered 500');
    const nobody = configured({
      LOAM_EMBEDDINGS: 'openai',
      LOAM_EMBEDDINGS_URL: 'http://127.0.0.1:9',
      LOAM_EMBEDDINGS_MODEL: 'm',
      LOAM_EMBEDDINGS_DIMENSIONS: '2',
    });
    await expect(nobody.embed(['x'], signal)).rejects.toBeInstanceOf(EmbeddingsAway);
  });

  it('names model and dimensions in the id, so that a change of either embeds anew', () => {
    expect(provider('2').id).toBe('openai:m:2');
  });
});

describe('a local model', () => {
  const pipeline = async () => async (texts: string[]) => ({
    dims: [texts.length, 2],
    data: Float32Array.from(texts.flatMap(({ length }) => [length, 1])),
  });

  it('says at the start that its package is not installed', async () => {
    const provider = configured({
      LOAM_EMBEDDINGS: 'onnx',
      LOAM_EMBEDDINGS_MODEL: '/models/none',
      LOAM_EMBEDDINGS_DIMENSIONS: '2',
    });
    await expect(provider.check()).rejects.toThrow('need the package @huggingface/transformers');
  });

  it('is told that nothing may be fetched, and its vectors are told apart', async () => {
    const env: Record<string, unknown> = {};
    const load = async () => ({ env, pipeline });
    const provider = onnxEmbeddings({ folder: '/models/mini', dimensions: 2, load });
    expect(await provider.embed(['a', 'bb'], signal)).toEqual([
      Float32Array.from([1, 1]),
      Float32Array.from([2, 1]),
    ]);
    expect(env).toMatchObject({ allowRemoteModels: false });
    expect(provider.id).toBe('onnx:mini:2');
  });

  it('of another size than configured is refused at the start', async () => {
    const provider = onnxEmbeddings({
      folder: '/models/mini',
      dimensions: 384,
      load: async () => ({ env: {}, pipeline }),
    });
    await expect(provider.check()).rejects.toThrow('2 numbers and not the configured 384');
  });
});

it('without a choice, vectors are hashed and need nothing', async () => {
  const provider = configured({});
  expect(provider.id).toBe('hashing-v1');
  await provider.check();
  const [first] = await provider.embed(['a text'], signal);
  expect(first).toHaveLength(provider.dimensions);
  expect(() => configured({ LOAM_EMBEDDINGS: 'openai' })).toThrow('LOAM_EMBEDDINGS_MODEL is missing');
});
