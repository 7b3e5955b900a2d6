/** Knobs that mean something else in one part, or have another default there. By part and name; what is left out is as in `knobs-shared`. */
import type { Words } from '../language';

type Own = Words['knobs']['own'];

const kin = 'Von uns: bei dieser Größe für DPO durchprobiert (LOG.md), dasselbe für seine Verwandten.';
const online = 'Von uns: die Rate von DPO hier; β 0.1 und 0.3 wurden mit zwei Seeds gemessen (LOG.md).';
const asRloo = 'Von uns: wie bei RLOO, das bei dieser Größe durchprobiert wurde (LOG.md).';
const tried = 'Von uns: das Beste von acht Versuchen mit zwei Seeds (LOG.md); die Rate ist die von PPO hier.';
const onePerson = 'Stimmen: was Präferenzdatensätze in der Regel behalten.';

/** Steps, rate and batch of a method, all from one source. */
const trained = (part: string, source: string, batch?: string): Own => ({ [`${part}.steps`]: { source }, [`${part}.learningRate`]: { source }, [`${part}.batchSize`]: { source, ...(batch !== undefined && { help: batch }) } });

/** Where an ensemble may vote too. */
const vote = {
  help: 'Wo das Belohnungsmodell ein Ensemble ist: das Mittel seiner Mitglieder, die niedrigste Bewertung, die eines gibt, oder eine Abstimmung, in der jedes Mitglied die Antwort nennt, die es zu einem Prompt am besten (und am schlechtesten) findet, und die meistgenannte gilt; unter Gleichen entscheidet das höhere Mittel. Ein einzelnes Modell ändert das nicht.',
  source: 'Mittel: von uns. Minimum: Worst-Case-Optimierung von Coste et al. 2023, arXiv:2310.02743. Abstimmung: Rejection Sampling von open-instruct (Ai2), das auslost, wo alle uneins sind; dass das Mittel entscheidet, ist von uns.',
};

const pairsPerStep = 'Paare pro Schritt.';
const onePerStep = 'Antworten pro Schritt.';

export const ownKnobs: Own = {
  'base.evaluateOn': { help: 'Zurückgehaltene Prompts, an denen das Modell angesehen wird.', source: 'Von uns: genug, um zu sehen, wie es ist; entschieden wird damit nichts.' },
  'pretrain.batchSize': { help: 'Texte pro Schritt.' },
  'pretrain.finalRate': { source: 'Ein Zehntel: GPT-3 (Brown et al. 2020).' },
  'sft.batchSize': { help: 'Vorbilder pro Schritt.' },
  'sft.finalRate': { source: 'Ein Zehntel: GPT-3 (Brown et al. 2020).' },
  'reward-model.batchSize': { help: pairsPerStep },

  ...trained('dpo', kin, pairsPerStep),
  'dpo.labelSmoothing': { help: 'Angenommener Anteil vertauschter Urteile: vorsichtiges DPO beim Loss sigmoid, robustes DPO bei robust; die anderen übergehen es.', source: '0: Rafailov et al. 2023; Mitchell 2023 für andere Werte.' },
  ...trained('kto', kin, onePerStep),
  'kto.beta': { source: '0.1: Ethayarajh et al. 2024; Voreinstellung von TRL.' },
  ...trained('orpo', kin, pairsPerStep),
  'orpo.beta': { help: 'Gewicht des Chancenverhältnisses neben der Likelihood gewählter Antworten (λ in der Arbeit).', source: '0.1: Hong et al. 2024; Voreinstellung von TRL.' },
  ...trained('simpo', kin, pairsPerStep),
  'simpo.beta': { help: 'Maßstab des Unterschieds der mittleren Log-Wahrscheinlichkeiten.', source: '2.5: Meng et al. 2024. (TRL hat 0.1 voreingestellt.)' },
  'simpo.gamma': { help: 'Marge, um die die gewählte Antwort führen soll, nach β.', source: '1.375: Meng et al. 2024, 0.55 von β. (TRL hat 0.5 voreingestellt.)' },
  'simpo.nllWeight': { help: 'Gewicht der Likelihood gewählter Antworten neben dem Loss.', source: '0: Meng et al. 2024. TRLs cpo_alpha; über 0 ist es CPO-SimPO.' },
  ...trained('pointwise-dpo', kin, onePerStep),
  'pointwise-dpo.beta': { source: '0.1: wie DPO, Rafailov et al. 2023.' },
  'pointwise-dpo.nllWeight': { help: 'Gewicht der mittleren Likelihood der Token einer guten Antwort, wo sie benutzt wird; daneben ist der begrenzte Schub auf schlechte klein.', source: 'Von uns, gemessen (LOG.md): 0.05 lässt nichts, was gute Antworten oben hält; die Arbeit summiert über Token mit Gewicht 1.' },

  'labels.steps': { title: 'Runden', help: 'So oft werden die Fragen unten gestellt. Runden mal Fragen sind die Urteile dieser Stufe.', source: 'Von uns: 64 Urteile.' },
  'labels.temperature': { help: 'Temperatur beim Ziehen der Antworten, die verglichen werden.', source: 'Von uns: wie Online-DPO hier. Muldrew et al. 2024: 0.7.' },

  ...trained('online-dpo', online, 'Prompts pro Schritt, jeder mehrmals beantwortet.'),
  'online-dpo.beta': { source: '0.1: Guo et al. 2024; Voreinstellung von TRL.' },
  'online-dpo.judge': { help: 'Wer sagt, welche Antwort besser ist: das Belohnungsmodell (oder die Aufgabe selbst, wo ihre Belohnung nachprüfbar ist) oder du.', source: 'Belohnungsmodell: wie TRL. Guo et al. 2024 fragen ein großes Sprachmodell.' },
  'online-dpo.questions': { help: 'Paare, nach denen du jedes Mal gefragt wirst, wo du urteilst; die Batchgröße zählt dann nicht.' },
  'online-dpo.temperature': { help: 'Temperatur beim Ziehen. Die Log-Verhältnisse des Loss sind die bei 1.', source: 'Von uns: So spricht der Loss von dem, was gezogen wird. Guo et al. 2024 und TRL: 0.9.' },
  'online-dpo.loss': { help: 'Was aus den Log-Verhältnissen eines Paars gemacht wird, wie bei DPO.', source: 'sigmoid: Guo et al. 2024; Voreinstellung von TRL.' },
  'online-dpo.labelSmoothing': { help: 'Angenommener Anteil falscher Urteile; für die Losse sigmoid und robust.', source: '0: Guo et al. 2024.' },
  'online-dpo.scoring': vote,

  'ppo.clipRange': { help: 'ε des gekürzten Ziels der Policy.', source: '0.2. Voreinstellung von TRLs PPO; dasselbe bei OpenAI 2019 und in den N+ Implementation Details.' },
  'ppo.temperature': { source: '1.0: OpenRLHF; TRL nimmt 0.7.' },
  'rloo.klCoef': { help: 'Gewicht β der Strafe für den Abstand zur Referenz, die von der Bewertung jeder Antwort abgeht.', source: '0.05: Voreinstellung von TRLs RLOO.' },
  'grpo.klCoef': { help: 'Gewicht β der k3-Strafe für den Abstand zur Referenz, ein Teil des Loss.', source: '0: Voreinstellung von TRLs GRPO; Shao et al. 2024 nehmen 0.04.' },
  'grpo.groupSize': { source: '8: Voreinstellung von TRLs GRPO (num_generations); Shao et al. 2024 nehmen 64.' },
  'grpo.iterations': { source: '1: Voreinstellung von TRLs GRPO (num_iterations) und Shao et al. 2024.' },
  'grpo.loss': { title: 'Loss geteilt durch', help: 'grpo: die eigene Länge jeder Antwort, dann ihre Zahl; dapo: alle Token der Antworten des Batches; dr_grpo: Antworten mal die größte mögliche Länge.', source: 'dapo: Voreinstellung von TRLs GRPO (loss_type), Yu et al. 2025; grpo: Shao et al. 2024; dr_grpo: Liu et al. 2025.' },
  ...trained('reinforce-plus-plus', asRloo),
  'reinforce-plus-plus.klCoef': { source: '0.01: Voreinstellung von OpenRLHF (init_kl_coef).' },
  'reinforce-plus-plus.groupSize': { source: 'Von uns, wie RLOO hier; reines REINFORCE++ kommt mit einer aus, seine Variante mit Bezugswert braucht mehr.' },
  'reinforce-plus-plus.iterations': { source: '1: wie RLOO und GRPO in TRL.' },
  'reinforce-plus-plus.gamma': { source: '1: Hu et al. 2025, OpenRLHF.' },
  'best-of-n.steps': { title: 'Größtes n', help: 'Antworten, die auf jeden Prompt gezogen werden; Schritt n berichtet von der besten aus n.', source: 'Von uns: 64 sind 3.2 nats weg von einer einzigen. Gao et al. 2022 gehen bis 60 000.' },
  'best-of-n.evaluateOn': { title: 'Prompts', help: 'Zurückgehaltene Prompts, dieselben, an denen andere Methoden ausgewertet werden.' },
  'best-of-n.temperature': { help: 'Temperatur beim Ziehen.', source: '1.0: wie RLOO und GRPO hier.' },
  'best-of-n.evaluateEvery': { title: 'Antworten alle', help: 'Schritte zwischen Antworten zum Ansehen.', source: 'Von uns: eine Handvoll Blicke.' },
  'best-of-n.saveEvery': { source: 'Von uns: Schritte gehen schnell, sobald der Vorrat gezogen ist.' },
  ...trained('rejection-sampling', tried),
  'rejection-sampling.groupSize': { help: 'Antworten auf jeden Prompt, von denen die beste behalten wird; muss die Batchgröße teilen.', source: '8: das Kleinste bei RAFT, das bis 32 geht; hier brachten 16 und 32 nichts (LOG.md).' },
  'rejection-sampling.scoring': vote,
  'rejection-sampling.temperature': { help: 'Temperatur beim Ziehen.', source: '1.0: RAFT.' },
  'perplexity-filter.steps': { help: 'Batches von Kandidatenpaaren, die bewertet werden.', source: 'Von uns: mit der Batchgröße 2048 Kandidaten.' },
  'perplexity-filter.batchSize': { help: 'Kandidatenpaare, die in einem Schritt bewertet werden.', source: 'Von uns: Ein Schritt meldet sich nach ein, zwei Sekunden.' },
  'perplexity-filter.evaluateOn': { title: 'Eigene Texte', help: 'Eigene Texte des Modells, aus denen das Band bestimmt wird.', source: 'Von uns: 5 % von 512 sind 26 Texte jenseits des Rands.' },
  'perplexity-filter.evaluateEvery': { title: 'Zeigen alle', help: 'Schritte zwischen Paaren zum Ansehen.', source: 'Von uns.' },

  'digits.pairs': { source: 'Von uns: etwa zehn Paare für jede Handvoll Ziffern.' },
  'sentences.pairs': { source: 'Von uns: etwa so viele, wie es Sätze gibt, aus denen man sie machen kann.' },
  'sentences.labels': { help: 'Stimmen: Die gefragten Urteilenden entscheiden und können sich irren. Anteile: Niemand wird ausgelost; Trainingspaare sagen, welcher Anteil aller zehn die gewählte Seite vorzieht, und Losse lernen nach diesem Anteil aus beiden Seiten.', source: onePerson },
  'stories.temperature': { title: 'Rauschtemperatur', help: 'Rauschen der Präferenzen: Die bessere Geschichte wird mit Wahrscheinlichkeit σ(Unterschied der wahren Belohnungen / Temperatur) gewählt.', source: 'Von uns: Ein Reim mehr gewinnt etwa 96 von 100 Mal, und selbst das beste Urteil irrt bei etwa einem von zehn Paaren.' },
  'stories.pairs': { source: 'Von uns: etwa eines für jeden Prompt, mit dem man trainieren kann.' },
  'stories.raters': { help: 'Urteilende, die nach jedem Trainingspaar gefragt werden, ausgelost aus zwölfen.' },
  'stories.labels': { help: 'Stimmen: Die meisten der Gefragten entscheiden. Anteile: Das Urteil sagt auch, wie viele es waren, und Losse lernen nach diesem Anteil aus beiden Seiten. Nur einer: Nur der erste wird gehört.', source: onePerson },
};
