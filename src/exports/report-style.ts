/** The look of a report: the page's own tokens, light and dark by the reader's system, and ink on white where it is printed. */
export const STYLE = `
:root{color-scheme:light dark;--paper:light-dark(#faf9f6,#131519);--panel:light-dark(#fff,#1b1e24);--line:light-dark(#dcd9d0,#32363f);--edge:light-dark(#85837b,#7b818d);--ink:light-dark(#1c1e22,#e9e7e2);--soft:light-dark(#595c64,#a9adb7);--good:light-dark(#17693f,#63d297);--warn:light-dark(#7d5200,#efb84e);--s1:light-dark(#0068a6,#5cb6ea);--s2:light-dark(#c04a00,#ff9650);--s3:light-dark(#007a5c,#2fc79d);--s4:light-dark(#9f4a84,#e899c8);--s5:light-dark(#8a6200,#ecce4b);--s6:light-dark(#5a5f6b,#b6bcc8)}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-inline-size:76rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1,h2,h3{line-height:1.25;margin:0;overflow-wrap:anywhere}h1{font-size:1.6rem}h2{font-size:1.25rem;margin-block:2.5rem .75rem;padding-block-end:.35rem;border-block-end:2px solid var(--line)}h3{font-size:1rem;margin-block:1.5rem .5rem}
p{margin:.35rem 0;max-inline-size:68ch}.soft-text,small{color:var(--soft);font-size:.875rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.75rem 0 0;padding:0;list-style:none}a{color:var(--s1)}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem;margin:1rem 0}.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:1rem}.charts.wide{grid-template-columns:minmax(44rem,1fr);overflow-x:auto}
figure{margin:0;padding:.5rem;border:1px solid var(--line);border-radius:6px;background:var(--panel);break-inside:avoid}figure svg{display:block;inline-size:100%;block-size:auto}
.figure{fill:var(--ink)}.sheet{fill:none}.grid{stroke:var(--line)}.axis{stroke:var(--edge)}.soft{fill:var(--soft)}.good{fill:var(--good)}
.stroke-1{stroke:var(--s1)}.stroke-2{stroke:var(--s2)}.stroke-3{stroke:var(--s3)}.stroke-4{stroke:var(--s4)}.stroke-5{stroke:var(--s5)}.stroke-6{stroke:var(--s6)}
.fill-1{fill:var(--s1)}.fill-2{fill:var(--s2)}.fill-3{fill:var(--s3)}.fill-4{fill:var(--s4)}.fill-5{fill:var(--s5)}.fill-6{fill:var(--s6)}
.scroll{overflow-x:auto}table{border-collapse:collapse;inline-size:100%;background:var(--panel);font-size:.875rem}th,td{padding:.3rem .6rem;border:1px solid var(--line);text-align:start;vertical-align:top}thead th{white-space:nowrap}tbody th{min-inline-size:6rem;font-weight:600;overflow-wrap:anywhere}th small{display:block;max-inline-size:68ch;font-weight:400}.number{text-align:end;white-space:nowrap}.text{white-space:pre-wrap;overflow-wrap:anywhere;min-inline-size:7rem}
.changed th,.changed .value{color:var(--warn);font-weight:650}
.verdicts{margin:.5rem 0;padding:0;list-style:none}.verdicts li{margin-block-end:.5rem;padding:.5rem .75rem;border-inline-start:4px solid var(--warn);background:var(--panel)}.verdicts .fine{border-color:var(--good)}
@media (max-width:32rem){th,td{padding:.25rem .4rem}.facts{grid-template-columns:minmax(0,1fr)}.facts dd{margin-block-end:.35rem}}
@media print{:root{color-scheme:light;--paper:#fff}body{padding:0;max-inline-size:none;font-size:10pt}nav{display:none}h2,h3{break-after:avoid}tr,.verdicts li{break-inside:avoid}.scroll{overflow:visible}.charts{grid-template-columns:1fr 1fr}.charts.wide{grid-template-columns:1fr;overflow:visible}}
`;
