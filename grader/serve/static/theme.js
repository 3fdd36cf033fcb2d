var t="learncnn-theme",e=localStorage.getItem(t);(e==="light"||e==="dark")&&(document.documentElement.dataset.theme=e);
