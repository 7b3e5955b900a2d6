export function buildIfStale(): Promise<boolean>;
export function serve(port: number, options?: { open?: boolean }): Promise<{ address: string; taken: number[]; close: () => Promise<void> }>;
