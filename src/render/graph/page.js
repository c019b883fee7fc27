"use strict";
// A click on a node shows what hangs together with it; typing shows what matches and its neighbours.
const nodes = [...document.querySelectorAll(".node")];
const edges = [...document.querySelectorAll(".edge")];

function show(wanted) {
  for (const node of nodes) node.classList.toggle("dim", wanted !== null && !wanted.has(node.dataset.id));
  for (const edge of edges) {
    const lit = wanted !== null && wanted.has(edge.dataset.from) && wanted.has(edge.dataset.to);
    edge.classList.toggle("lit", lit);
    edge.classList.toggle("dim", wanted !== null && !lit);
  }
}

function reach(start, from, to) {
  const found = new Set(start);
  let grown = true;
  while (grown) {
    grown = false;
    for (const edge of edges) {
      if (found.has(edge.dataset[from]) && !found.has(edge.dataset[to])) {
        found.add(edge.dataset[to]);
        grown = true;
      }
    }
  }
  return found;
}

let chosen = null;
function choose(node) {
  chosen = chosen === node ? null : node;
  if (chosen === null) return show(null);
  const start = [chosen.dataset.id];
  show(new Set([...reach(start, "from", "to"), ...reach(start, "to", "from")]));
}

for (const node of nodes) {
  node.addEventListener("click", () => choose(node));
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(node);
    }
  });
}

document.getElementById("find").addEventListener("input", (event) => {
  chosen = null;
  const text = event.target.value.trim().toLowerCase();
  if (text === "") return show(null);
  const wanted = new Set(nodes.filter((node) => node.textContent.toLowerCase().includes(text)).map((node) => node.dataset.id));
  for (const edge of edges) {
    if (wanted.has(edge.dataset.from)) wanted.add(edge.dataset.to + " near");
    if (wanted.has(edge.dataset.to)) wanted.add(edge.dataset.from + " near");
  }
  show(new Set([...wanted].map((id) => id.replace(" near", ""))));
});
