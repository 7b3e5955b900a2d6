/**
 * The bench: our engine beside its peers, on the same machine in the same run. `npm run bench` starts it (scripts/bench.mjs); the protocol is in protocol.ts.
 *
 *   npm run bench -- [--json] [--quick] [--flat] [--full-parity] [--software] [--only training,generation,kernels,host] [--sizes 0.12M,…] [--engines nudge,jax,…]
 */
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { openBenchPage, type BenchPage } from './browser';
import { claimsOf } from './claims';
import { CONTENDERS, nameOf, type ContenderName } from './contender';
import { measureFlat } from './flat';
import { measureGeneration } from './generation';
import { measureKernels } from './kernels';
import { measureHost } from './null-adapter';
import { tables } from './print';
import { SIZE_NAMES, TOKENS_PER_STEP, type Size } from './protocol';
import type { Report, Trouble } from './report';
import { measureTraining, type TrainingSettings } from './training';

const PARTS = ['training', 'generation', 'kernels', 'host'] as const;
const LIST = /[\s,]+/;

interface Request {
  json: boolean;
  quick: boolean;
  flat: boolean;
  fullParity: boolean;
  software: boolean;
  only: readonly string[];
  sizes: readonly Size[];
  engines: readonly ContenderName[];
}

function requestOf(args: string[]): Request {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args, options: { json: flag, quick: flag, flat: flag, 'full-parity': flag, software: flag, only: { type: 'string' }, sizes: { type: 'string' }, engines: { type: 'string' } } });
  const { json, quick, flat, software, 'full-parity': fullParity } = values;
  const only = values.only?.split(LIST) ?? PARTS;
  const sizes = values.sizes?.split(LIST) ?? (quick ? ['0.12M', '0.83M'] : SIZE_NAMES);
  const wanted = values.engines?.split(',').map((name) => name.trim());
  const engines = CONTENDERS.filter((name) => !wanted || wanted.some((each) => nameOf(name).includes(each)));
  const wrong = [...only.filter((part) => !PARTS.some((name) => name === part)), ...sizes.filter((size) => !SIZE_NAMES.some((name) => name === size))];
  if (wrong.length > 0 || engines.length === 0) throw new Error(`unknown: ${wrong.join(', ') || values.engines}; parts are ${PARTS.join(', ')}, sizes ${SIZE_NAMES.join(', ')}, engines ${CONTENDERS.map(nameOf).join(', ')}`);
  return { json, quick, flat, fullParity, software, only, sizes: sizes as Size[], engines }; // each was looked up above
}

/** Milliseconds. A software adapter takes seconds for a step, so there the curve is completed only where that ends. */
function trainingSettings({ quick, fullParity }: Request): TrainingSettings {
  return {
    rounds: quick ? 5 : 7,
    budget: quick ? 5500 : 130_000,
    parityBudget: (device, size) => {
      if (quick) return 1500;
      if (device === 'webgpu' && size === '0.83M' && fullParity) return Infinity;
      if (size === '0.12M' || (device === 'wasm' && size === '0.83M')) return 240_000;
      return 20_000;
    },
  };
}

/** On a software adapter plain TF.js takes seconds a step: it is measured at two sizes only, in a quick bench at that of the claims. */
const isTooSlow = ({ library, device }: ContenderName, size: Size, page: BenchPage, isQuick: boolean): boolean =>
  device === 'webgpu' && page.adapter!.isSoftware && (size === '3.2M' || (library === 'tfjs' && (size === '0.4M' || (isQuick && size === '0.12M')))); // webgpu contenders are there only with an adapter

export async function main(args: string[]): Promise<number> {
  let request: Request;
  try {
    request = requestOf(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const say = (line: string) => console.error(line);
  const report = await measure(request, say);
  if (request.json) process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
  (request.json ? process.stderr : process.stdout).write(tables(report));
  return 0;
}

async function measure(request: Request, say: (line: string) => void): Promise<Report> {
  const began = performance.now();
  const loadBefore = loadavg()[0]!; // of one, five and fifteen minutes
  const date = new Date().toISOString();
  const troubles: Trouble[] = [];
  const report = { training: [], generation: [], host: [], flat: [] } as Pick<Report, 'training' | 'generation' | 'host' | 'flat'>;
  say('building and opening the page');
  const page = await openBenchPage({ isSoftware: request.software });
  const engines = request.engines.filter(({ device }) => device === 'wasm' || page.adapter);
  let peak: number | null = null;
  const kernels: Report['kernels'] = [];
  try {
    if (page.adapter && !page.adapter.isSoftware) peak = await matmulPeak(page);
    if (request.only.includes('training')) {
      for (const size of request.sizes) {
        say(`training ${size}`);
        report.training.push(...(await measureTraining(page, engines.filter((name) => !isTooSlow(name, size, page, request.quick)), size, trainingSettings(request), peak, troubles, say)));
      }
    }
    if (request.only.includes('generation')) {
      for (const batch of [1, 64]) {
        say(`generation, batch ${batch}`);
        const affordable = engines.filter(({ library, device }) => !(request.quick && batch === 1 && library === 'tfjs' && device === 'webgpu')); // no claim rests on it
        report.generation.push(...(await measureGeneration(page, affordable, batch, { rounds: 5, budget: request.quick ? 3000 : 30_000 }, troubles, say)));
      }
    }
    if (request.flat) {
      say('memory over 500 steps');
      report.flat.push(...(await measureFlat(page, engines, say)));
    }
    if (request.only.includes('kernels')) {
      for (const size of request.sizes.filter((each) => each === '0.83M' || (each === '0.12M' && !request.quick))) {
        say(`launches ${size}`);
        kernels.push(...(await measureKernels(page, request.quick ? engines.filter(({ isFast }) => !isFast) : engines, size, troubles, say)));
      }
    }
  } finally {
    await page.close();
  }
  if (request.only.includes('host')) {
    for (const size of request.sizes.filter((each) => each === '0.83M' || (each === '0.12M' && !request.quick))) {
      say(`null adapter ${size}`);
      report.host.push(...(await measureHost(request.engines, size, 5, troubles, say)));
    }
  }
  return {
    version: 1,
    date,
    seconds: (performance.now() - began) / 1000,
    settings: { ...request, engines: request.engines.map(nameOf) },
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memory_bytes: totalmem(),
      load_before: loadBefore,
      platform: `${platform()} ${arch()}`,
      node: process.version,
      browser: `Chromium ${page.version}`,
      adapter: page.adapter?.name ?? 'none',
      is_software_adapter: page.adapter?.isSoftware ?? false,
      matmul_peak_gflops: peak === null ? null : peak / 1e9,
    },
    protocol: {
      tokens_per_step: TOKENS_PER_STEP,
      threads: 'one worker per contender and one thread in it; jax-js is kept from starting workers of its own; Dawn and SwiftShader use what threads they like, for every engine alike',
      timing: 'alternating rounds of some steps each; every step reads its loss back before the next begins; first steps, which compile, are left out',
      peers: 'plain TF.js 4.22 operations with its own Adam; @jax-js/jax 0.1.25 under jit with Adam written by hand',
    },
    ...report,
    kernels,
    troubles,
    claims: claimsOf(report),
  };
}

/** @returns floating-point operations per second of the adapter's matmul, as TF.js reaches it */
async function matmulPeak(page: BenchPage): Promise<number | null> {
  const handle = await page.open({ library: 'tfjs', device: 'webgpu' }, '0.12M');
  if (!handle) return null;
  const peak = await handle.matmulPeak();
  await handle.close();
  return peak;
}
