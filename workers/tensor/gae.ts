/**
 * Generalised advantage estimation (Schulman et al. 2016, eq. 16) and whitening, in plain numbers: rollouts are small,
 * were read back for the metrics anyway, and every engine then makes the same bits.
 */

/**
 * One completion. @param rewards, values [T] per completion token; the value after the last token is 0
 * @returns advantages [T] and returns [T] = advantages + values
 */
export function gae(rewards: ArrayLike<number>, values: ArrayLike<number>, gamma: number, gaeLambda: number): { advantages: number[]; returns: number[] } {
  const T = rewards.length;
  const advantages = new Array<number>(T);
  let following = 0;
  for (let t = T - 1; t >= 0; t--) {
    const delta = rewards[t]! + gamma * (t + 1 < T ? values[t + 1]! : 0) - values[t]!;
    following = delta + gamma * gaeLambda * following;
    advantages[t] = following;
  }
  return { advantages, returns: advantages.map((advantage, t) => advantage + values[t]!) };
}

/** Subtracts the mean and divides by the deviation, Bessel-corrected as TRL (OpenAI's 2019 code is not): 1/√(var + 1e-8). */
export function whiten(numbers: readonly number[]): number[] {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, numbers.length - 1);
  const scale = 1 / Math.sqrt(variance + 1e-8);
  return numbers.map((x) => (x - mean) * scale);
}
