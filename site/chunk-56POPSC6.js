var e=()=>{throw new Error("node:module is not there in a browser")};export{e as a};
