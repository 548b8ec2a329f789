import{a}from"./chunk-56POPSC6.js";import"./chunk-WOT6VMZA.js";export{a as createRequire};
