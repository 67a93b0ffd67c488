/** Is told, in words for the user, what takes long. */
export type Progress = (line: string) => void;

/** Does a step of the start; one that takes longer than a second is announced then, and its time told at its end. */
export async function step<T>(
  progress: Progress | undefined,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const timer = setTimeout(() => progress?.(`${name} …`), 1000);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    const seconds = (performance.now() - started) / 1000;
    if (seconds > 1) progress?.(`${name}: ${seconds.toFixed(1)} s`);
  }
}
