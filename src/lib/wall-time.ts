const two = (number: number) => String(number).padStart(2, '0');

/** `14:02` for today, else with its date, in the time of this machine: to be held beside other clocks and logs. */
export function wallTime(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)];
  const time = `${two(then.getHours())}:${two(then.getMinutes())}`;
  if (then.toDateString() === today.toDateString()) return time;
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} ${time}`;
}
