/** Modules that scripts/assembly-plugin.mjs makes: our AssemblyScript kernels as base64 text. */
declare module 'nudge:assembly/*' {
  const base64: string;
  export default base64;
}
