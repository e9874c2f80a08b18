// Writes patterns put together by chance, and whether ECMA 262 accepts them with the flag `u` and without it, as V8 has it.
// node registry/model/tests/patterns.cjs 2000 > registry/model/tests/patterns.jsonl
let state = 0x9e3779b9;
const below = (n) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state % n;
};
const PIECES = ['a','b','Z','0','9','-','_','.','^','$','*','+','?','|','(',')','[',']','{','}','\\','/',',','=','!','<','>',':','k','c','x','u','p','P','1','2','d','w','s','b','B','D','\\d','\\w','\\b','\\-','\\_','\\.','\\/','\\1','\\2','\\0','\\00','\\8','\\k<n>','(?<n>','(?<m>','(?:','(?=','(?!','(?<=','(?<!','{2}','{2,}','{2,3}','{3,2}','{','[a-z]','[z-a]','[\\d-x]','[\\w-.]','[^','[]','\\x41','\\x4','\\u0041','\\u004','\\u{41}','\\u{110000}','\\u{}','\\cA','\\c1','\\c','\\p{L}','\\p{Lu}','\\p{Script=Greek}','\\p{Foo=Bar}','\\p','\\P{Alphabetic}','😀','é','[😀-😎]','\\ud83d\\ude00','\\ud83d','a-','-a','\\@','\\ ',' ','\\é','\\😀','\\t','\\n','\\v','\\f','\\r','\\&','&&','--','~~','\\$','\\^','\\[','\\]','\\(','\\)','\\{','\\}','\\|','\\*','\\+','\\?','\\\\','(a)','(?<$a>','(?<é>','(?<1>','(?<a','\\k','\\k<','[\\k]','[\\1]','[\\0]','[\\08]','[\\c_]','[\\c]','[\\b]','[\\B]','*?','+?','??','{2}?'];
const accepts = (pattern, flags) => {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
};
const seen = new Set();
while (seen.size < Number(process.argv[2])) {
  let pattern = "";
  for (let left = 1 + below(7); left > 0; left--) pattern += PIECES[below(PIECES.length)];
  if (seen.has(pattern)) continue;
  seen.add(pattern);
  console.log(JSON.stringify({ pattern, unicode: accepts(pattern, "u"), legacy: accepts(pattern, "") }));
}
