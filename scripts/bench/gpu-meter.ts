/**
 * Counts what an engine asks of WebGPU, whichever engine it is: dispatches, and bytes of buffers alive.
 * Buffers that are let go without `destroy` count as alive, as they are until the garbage collector finds them.
 */

export interface GpuMeter {
  dispatches: number;
  bytes: number;
  peakBytes: number;
}

/** Puts itself between the engine and WebGPU; call before the engine starts. All zeros where there is no WebGPU. */
export function meterGpu(): GpuMeter {
  const meter: GpuMeter = { dispatches: 0, bytes: 0, peakBytes: 0 };
  if (typeof GPUDevice === 'undefined') return meter;
  const { dispatchWorkgroups, dispatchWorkgroupsIndirect } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...counts) {
    meter.dispatches += 1;
    return dispatchWorkgroups.apply(this, counts);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroupsIndirect = function (...place) {
    meter.dispatches += 1;
    return dispatchWorkgroupsIndirect.apply(this, place);
  };
  const alive = new WeakSet<GPUBuffer>();
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    alive.add(buffer);
    meter.bytes += descriptor.size;
    meter.peakBytes = Math.max(meter.peakBytes, meter.bytes);
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    if (alive.delete(this)) meter.bytes -= this.size;
    return destroy.call(this);
  };
  return meter;
}
