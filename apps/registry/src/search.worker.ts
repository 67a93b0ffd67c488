import { SearchEngine, type EngineAnswer, type EngineTask } from './search-engine';

const engine = new SearchEngine();

/** Runs in a thread of its own, one task after the other. */
export const handle = (task: EngineTask): EngineAnswer => engine.handle(task);
