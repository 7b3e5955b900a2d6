/**
 * A launch is one piece of work on numbers that are already on the device: "multiply these", "normalise those". It is written down once, with its
 * operands and sizes, and three times as code: WGSL, AssemblyScript and plain numbers. What runs it is a Machine (machine.ts); what gives it a gradient
 * and makes it an operation of TF.js is its kernel (define.ts). A launch never allocates and never looks at shapes: it gets windows and sizes.
 */

/** What a launch does with an operand: reads it, writes all of it, or reads and writes it in place. */
export type Access = 'in' | 'out' | 'inout';
export type Element = 'f32' | 'i32' | 'u32';
export type OperandKind = `${Access} ${Element}`;

/** Plain numbers of an operand, as the reference twin sees them. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint32Array;

export interface Launch<Operand extends string = string, Size extends string = string, Missing extends Operand = never> {
  /** Also the name of the AssemblyScript function, whose parameters are the operands as addresses (0 where missing), then the sizes. */
  readonly name: string;
  /** In the order of the AssemblyScript function and of WGSL's bindings. */
  readonly operands: Readonly<Record<Operand, OperandKind>>;
  /** Operands that may be left out; the work that belongs to them is then left out too. */
  readonly optional: readonly Missing[];
  /** Whole numbers or fractions that shape the work, in order. What changes at every step belongs into an operand: sizes are remembered. */
  readonly sizes: Readonly<Record<Size, 'i32' | 'f32'>>;
  /** The definition in plain numbers. Missing operands are undefined. */
  reference(operands: Record<Exclude<Operand, Missing>, Numbers> & Partial<Record<Missing, Numbers>>, sizes: Record<Size, number>): void;
  /** Work of a usual size, on which several ways to do a pass are timed: sizes, and numbers of each operand that is given. */
  readonly typical?: { readonly sizes: Record<Size, number>; readonly counts: Readonly<Record<Exclude<Operand, Missing>, number> & Partial<Record<Missing, number>>> };
  /** WGSL: one dispatch after the other. Most launches are a single pass. */
  readonly passes: readonly Pass<Operand, Size>[];
}

/** One dispatch of a launch. */
export interface Pass<Operand extends string = string, Size extends string = string> {
  /** Operands it binds, if not all. */
  readonly binds?: readonly Operand[];
  /** An optional operand without which this pass has nothing to do. */
  readonly needs?: Operand;
  /** Ways to do the same. Of those that fit, the adapter's fastest is taken, measured once; the first is taken before that. */
  readonly variants: readonly Variant<Operand, Size>[];
}

export interface Variant<Operand extends string = string, Size extends string = string> {
  /** Unique in its pass; in the pipeline's label and in what is remembered of an adapter. */
  readonly name: string;
  /** What a device must have for it. With `subgroups` the code finds its place among four neighbours in `quarter`. */
  readonly feature?: 'subgroups';
  /** Whether this variant can do work of these sizes. Default: any. */
  fits?(sizes: Record<Size, number>): boolean;
  /** Sizes pasted into the code as constants, because arrays in registers depend on them. Each value makes a pipeline of its own. */
  readonly constants?: readonly Size[];
  /** Types of a binding's elements where they are not single numbers, e.g. `vec4<f32>`. */
  readonly elements?: Readonly<Partial<Record<Operand, string>>>;
  /** Invocations of a workgroup. */
  readonly lanes: number;
  /** Workgroups wanted. The code must check bounds itself: a few more may run. */
  groups(sizes: Record<Size, number>): number;
  /**
   * WGSL with `fn kernel(group: u32, lane: u32)`. Bindings carry the names of the operands, `sizes.<size>` holds the sizes.
   * @param has whether an optional operand is there @param constants values of the sizes pasted in
   */
  code(has: (operand: Operand) => boolean, constants: Record<Size, number>): string;
}

/** Checks a launch's types where it is written. */
export const defineLaunch = <Operand extends string, Size extends string, Missing extends Operand = never>(launch: Launch<Operand, Size, Missing>): Launch<Operand, Size, Missing> => launch;

/** Checks a pass's types where it is written: names of operands and sizes come from the launch it belongs to. */
export const definePasses = <Operand extends string, Size extends string>(...passes: readonly Pass<Operand, Size>[]): readonly Pass<Operand, Size>[] => passes;
