/** Ms that this process has computed so far: what takes long says so on a busy machine, too. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
