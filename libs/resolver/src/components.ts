/** For each node the nodes that it points at. */
export type Links = readonly (readonly number[])[];

/**
 * The strongly connected components, those that others point at first (Tarjan 1972, with a stack of its own, so that
 * no depth of the graph can exhaust the machine's).
 */
export function components(links: Links): number[][] {
  const index = new Int32Array(links.length).fill(-1);
  const low = new Int32Array(links.length);
  const next = new Int32Array(links.length);
  const onStack = new Uint8Array(links.length);
  const stack: number[] = [];
  const found: number[][] = [];
  let count = 0;
  const enter = (node: number, path: number[]): void => {
    index[node] = low[node] = count;
    count += 1;
    stack.push(node);
    onStack[node] = 1;
    path.push(node);
  };
  const leave = (node: number): void => {
    if (low[node] !== index[node]) return;
    const component = stack.splice(stack.lastIndexOf(node));
    for (const each of component) onStack[each] = 0;
    found.push(component);
  };
  const lower = (node: number, to: number): void => {
    low[node] = Math.min(low[node] ?? 0, to);
  };
  for (let start = 0; start < links.length; start += 1) {
    if (index[start] !== -1) continue;
    const path: number[] = [];
    enter(start, path);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const target = links[node]?.[next[node] ?? 0];
      next[node] = (next[node] ?? 0) + 1;
      if (target === undefined) {
        leave(node);
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) lower(parent, low[node] ?? 0);
      } else if (index[target] === -1) enter(target, path);
      else if (onStack[target] === 1) lower(node, index[target] ?? 0);
    }
  }
  return found;
}

/** How many cycles are told of, and how many links are followed to find them. */
const LIMITS = { cycles: 100, links: 5_000_000 };

/** Finds cycles; the arrays are kept from search to search. */
class CycleSearch {
  private readonly part: Int32Array;
  private readonly cameFrom: Int32Array;
  /** The links, as `from,to`, that a found cycle goes through. */
  private readonly covered = new Set<string>();
  private readonly found: number[][] = [];
  private followed = 0;

  constructor(
    private readonly links: Links,
    private readonly parts: readonly (readonly number[])[],
  ) {
    this.part = new Int32Array(links.length);
    this.cameFrom = new Int32Array(links.length).fill(-1);
    for (const [number, part] of parts.entries()) for (const node of part) this.part[node] = number;
  }

  run(): number[][] {
    for (const part of this.parts)
      for (const node of [...part].sort((a, b) => a - b))
        for (const target of this.links[node] ?? []) {
          if (this.part[target] !== this.part[node] || this.covered.has(`${node},${target}`)) continue;
          if (this.found.length === LIMITS.cycles || this.followed > LIMITS.links) return this.found;
          this.note(this.shortest(target, node));
        }
    return this.found;
  }

  private note(cycle: readonly number[]): void {
    for (const [place, node] of cycle.entries())
      this.covered.add(`${node},${cycle[place + 1] ?? cycle[0] ?? 0}`);
    const lowest = cycle.indexOf(cycle.reduce((least, each) => Math.min(least, each), Infinity));
    this.found.push([...cycle.slice(lowest), ...cycle.slice(0, lowest)]);
  }

  /** The shortest way from one node to another of the same component. */
  private shortest(from: number, to: number): number[] {
    const queue = [from];
    this.cameFrom[from] = from;
    for (const node of queue) {
      if (this.cameFrom[to] !== -1) break;
      for (const target of this.links[node] ?? []) {
        this.followed += 1;
        if (this.part[target] !== this.part[from] || this.cameFrom[target] !== -1) continue;
        this.cameFrom[target] = node;
        queue.push(target);
      }
    }
    const way = [to];
    for (let at = to; at !== from;) way.push((at = this.cameFrom[at] ?? from));
    for (const node of queue) this.cameFrom[node] = -1;
    return way.reverse();
  }
}

/**
 * Cycles, each once and beginning with its lowest node: for every link that lies on a cycle, a shortest one through it,
 * unless one that was found before goes through it. There may be exponentially many of the others. At most 100.
 */
export const cycles = (links: Links, parts: readonly (readonly number[])[]): number[][] =>
  new CycleSearch(links, parts).run();
