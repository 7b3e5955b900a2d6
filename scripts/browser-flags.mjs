/** Flags under which a headless Chromium has a WebGPU adapter on a machine without a GPU (SwiftShader). */
export const BROWSER_FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
