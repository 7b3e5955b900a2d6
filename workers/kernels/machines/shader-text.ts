/** The text of a shader: bindings and sizes by name before a variant's code, and the entry point that calls it behind. */
import type { Launch, Variant } from '../launch';

export function shaderOf<Operand extends string, Size extends string, Missing extends Operand>(launch: Launch<Operand, Size, Missing>, variant: Variant<Operand, Size>, bound: readonly Operand[], sizes: Record<Size, number>): string {
  const bindings = bound.map((name, binding) => {
    const [access, element] = launch.operands[name].split(' ');
    return `@group(0) @binding(${binding}) var<storage, ${access === 'in' ? 'read' : 'read_write'}> ${name}: array<${variant.elements?.[name] ?? element}>;`;
  });
  const fields = Object.entries(launch.sizes).map(([name, kind]) => `${name}: ${kind as string},`); // 'i32' or 'f32'
  const isInFours = variant.feature === 'subgroups';
  return `${isInFours ? 'enable subgroups;\nvar<private> quarter: u32;' : ''}
${bindings.join('\n')}
struct Sizes { ${fields.join(' ')} }
@group(0) @binding(${bound.length}) var<uniform> sizes: Sizes;
${variant.code((operand) => bound.includes(operand), sizes)}
@compute @workgroup_size(${variant.lanes})
fn main(@builtin(workgroup_id) place: vec3<u32>, @builtin(num_workgroups) all: vec3<u32>, @builtin(local_invocation_index) lane: u32${isInFours ? ', @builtin(subgroup_invocation_id) neighbour: u32' : ''}) {
  ${isInFours ? 'quarter = neighbour & 3u;' : ''}
  kernel(place.y * all.x + place.x, lane);
}
`;
}
