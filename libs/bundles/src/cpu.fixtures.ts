/**
 * The processor time since this was called, in ms. A bound on it says that work is linear and not exponential, whatever
 * else the machine does meanwhile; bounds are ten times what is promised, and what they guard against takes minutes.
 */
export function cpuClock(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
