export function vulkanFolder(): string | undefined;
