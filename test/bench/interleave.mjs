/**
 * Measures two things in turn, so that whatever else the machine does disturbs both alike. Every
 * other round begins with the other one: being first has its price as well.
 * @param {{ repetitions: number, ours: () => Promise<number>, peer: () => Promise<number>,
 * progress: (text: string) => void }} options - each function answers a
 * number, a duration in ms unless another unit is said
 * @returns {Promise<{ ours: number[], peer: number[] }>}
 */
export async function interleave({ repetitions, ours, peer, progress, unit = 'ms' }) {
  const times = { ours: [], peer: [] };
  for (let round = 0; round < repetitions; round += 1) {
    if (round % 2 === 1) times.peer.push(await peer());
    times.ours.push(await ours());
    if (round % 2 === 0) times.peer.push(await peer());
    const [oursMs, peerMs] = [times.ours.at(-1), times.peer.at(-1)].map(Math.round);
    progress(`${round + 1}/${repetitions}: ${oursMs} ${unit}, peer ${peerMs} ${unit}`);
  }
  return times;
}
