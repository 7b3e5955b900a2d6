/** `README.md` of exported adapters and of the model they stand beside: short, since the merged model's card beside them says what was measured. */
import { adapterCount } from '../../contract/adapter-shape';
import { parameterCount, parameterShapes } from '../../contract/model-shape';
import { BASE, type Adapter } from './adapter-folder';
import type { CardRun, CardTask } from './model-card';
import type { RunModel } from './run-models';

const count = (n: number): string => n.toLocaleString('en');

/** How a policy came to be, as the end of a sentence; also on the merged model's card. */
export function adapterSays({ shape }: Pick<RunModel, 'shape'>, { rank, alpha, targets }: Pick<Adapter, 'rank' | 'alpha' | 'targets'>): string {
  const [trained, all] = [adapterCount(shape, { rank, targets }), parameterCount(parameterShapes(shape, 'none'))];
  return `trained by LoRA (Hu et al. 2021, arXiv:2106.09685): rank ${rank}, α ${alpha}, beside ${targets === 'attention' ? 'c_attn of every block' : 'every matrix of every block'}; ${count(trained)} numbers were trained, and the ${count(all)} of the model were not.`;
}

export function adapterCard(model: RunModel & { adapter: Adapter }, { record, appVersion }: CardRun, { prompts: [prompt = ''] }: CardTask): string {
  return [
    ['---', 'library_name: peft', `base_model: ${BASE}`, 'pipeline_tag: text-generation', 'tags:', '- lora', '- gpt2', '- rlhf', '- nudge', '---'].join('\n'),
    `# ${record.name}: adapters of ${model.stage}`,
    `The adapters of the model in \`policy\`, by themselves, as Nudge ${appVersion} trained them. The policy was ${adapterSays(model, model.adapter)} The model they stand beside lies in \`${BASE}\`; both together compute what \`policy\` does.`,
    '## How to use them',
    ['```python', 'from peft import PeftModel', 'from transformers import AutoModelForCausalLM, AutoTokenizer', '', 'folder = "."  # where this file lies', `base = AutoModelForCausalLM.from_pretrained(f"{folder}/${BASE}")`, 'model = PeftModel.from_pretrained(base, folder).eval()', `tokenizer = AutoTokenizer.from_pretrained(f"{folder}/${BASE}")`, `inputs = tokenizer(${JSON.stringify(prompt)}, return_tensors="pt")`, 'print(tokenizer.decode(model.generate(**inputs)[0]))', '```'].join('\n'),
    'What made it, from which data, what was measured and where it ends stands in the card of `policy`.',
  ].join('\n\n') + '\n';
}

export const baseCard = ({ stage }: RunModel, { record, appVersion }: CardRun): string => [
  ['---', 'library_name: transformers', 'pipeline_tag: text-generation', 'tags:', '- gpt2', '- nudge', '---'].join('\n'),
  `# ${record.name}: what ${stage} began from`,
  `The language model that the adapters in the folder above were trained beside, as it was when their stage began: none of its numbers was changed. Written by Nudge ${appVersion}.`,
].join('\n\n') + '\n';
