#include "evaluation/replies/cues/cue_words.h"

namespace evaluation {
namespace {

constexpr Phrases kBefore[] = {
    {CueWord::kCondition,
     "if|for a tie|for tie|in a tie|unless|otherwise|else|in case|provided|assuming|suppose|supposing|whether|should "
     "you|only if|in the event|"
     "wenn|falls|sofern|sonst|andernfalls|ansonsten|ob|angenommen|bei gleichstand|bei unentschieden|im falle|"
     "si|s'il|s'ils|sinon|autrement|à condition|au cas où|en cas|"
     "en caso|de lo contrario|siempre que|"
     "se|altrimenti|nel caso|qualora|"
     "caso|senão|caso contrário|"
     "если|иначе|ежели|якщо|інакше|"
     "indien|anders|tenzij|jeśli|jeżeli|inaczej|w przeciwnym razie|pokud|jestliže|jinak|dacă|altfel|"
     "om|annars|hvis|ellers|jos|muuten|ha|különben|eğer|yoksa|aksi halde|nếu|jika|kalau|apabila|"
     "إذا|إن|لو|وإلا|अगर|यदि|अन्यथा|nese|ako|inače|αν|εάν|אם|agar|اگر"},
    {CueWord::kWhen,
     "when|whenever|as long as|quand|lorsque|cuando|quando|когда|коли|als|wanneer|gdy|kiedy|"
     "cuándo|när|når|kun|amikor|"
     "عندما|जब|khi|bila"},
    {CueWord::kStatement,
     "even if|as if|if only because|would have to|would have no|'d have to|i'd have to|even when|if anything|if i "
     "had|if i have to|if i must|if i were|if i am|if i'm|if forced|"
     "if pressed|if you ask|if we|if one|when i|when we|when all|when everything|when both|when it comes|when asked|"
     "when in doubt|when forced|when pressed|all things considered|everything considered|"
     "als ergebnis|als urteil|als fazit|als antwort|als endergebnis|om deze reden|om deze redenen|se elige|"
     "se prefiere|se concluye|se selecciona|se declara|se determina|se decide|si conclude|si sceglie|si preferisce|"
     "wenn ich|wenn man|wenn wir|auch wenn|als ob|bei genauer|bei näherer|"
     "bei allem|bei näherem|si je devais|si l'on|même si|s'il faut|si tuviera|si tengo|aunque si|anche se|"
     "se devo|se dovessi|mesmo se|se eu tivesse|если бы мне|даже если"},
    {CueWord::kNegation,
     "not|never|cannot|nobody|no reason|no grounds|kein grund|aucune raison|ninguna razón|nothing|no one|wrong "
     "to|incorrect to|mistake to|unfair to|decline|declines|hesitate|"
     "niemand|nichts|personne|rien|nadie|nessuno|niente|ninguém|никто|ничто|"
     "doubt|no way|by no means|in no way|under no circumstances|on no "
     "account|can't|neither|nor|hardly|scarcely|refuse|refuses|reject|rejects|rejected|"
     "rejecting|rule out|ruled out|ruling out|far from|instead of|rather than|anything but|no longer|deny|"
     "dismiss|dismissed|unable to|isnt|"
     "nicht|nie|niemals|weder|statt|anstatt|anstelle|keineswegs|keinesfalls|auf keinen fall|bezweifle|"
     "pas|jamais|aucun|aucune|ni|plutôt que|au lieu|nullement|en aucun cas|doute que|"
     "no es|no puedo|no digo|no diría|nunca|jamás|tampoco|en lugar de|en vez de|ningún|de ninguna manera|en ningún "
     "caso|dudo|"
     "non|mai|né|invece di|nessun|in nessun caso|in nessun modo|dubito|não|nem|em vez de|nenhum|de forma alguma|de "
     "modo algum|duvido|"
     "не|ни|нельзя|никогда|вместо|ні|ни в коем случае|сомневаюсь|"
     "niet|geen|nooit|nigdy|zamiast|není|ne|n'est|nikdy|inte|aldrig|ikke|aldri|ei|nem|soha|"
     "değil|không|bukan|tidak|jangan|ليس|لا|لست|नहीं|δεν|όχι|לא|nuk|nisam|nije"},
    {CueWord::kNoNegation,
     "not only|out of|no doubt|without doubt|without a doubt|without question|without hesitation|no question|not just|"
     "no choice|no other|no hesitation|if not|not to mention|not close|not even close|no contest|nicht nur|"
     "ohne zweifel|zweifellos|pas seulement|sans doute|sans aucun doute|sans hésiter|sin duda|sin ninguna duda|"
     "no solo|non solo|senza dubbio|sem dúvida|не только|без сомнения"},
    {CueWord::kNearNegation,
     "close to|nearly|almost|fast|beinahe|presque|casi|quasi|почти|bijna|prawie|nästan|"
     "no|without|kein|keine|keinen|keinem|keiner|noch|ohne|sans|sin|sem|senza|без|нет|against|"
     "unlike|avoid|avoiding|pas de|over|than|gegen"},
    {CueWord::kUnreal,
     "would have|would've|could have|could've|might have|might've|should have|should've|would not have|wouldn't have|"
     "would only|'d have|had it|had they|had b|had a|had assistant|were it|were a|were b|were assistant|were they|"
     "hätte|hätten|wäre|wären|aurait|auraient|aurais|eût|habría|habrían|hubiera|hubieran|hubiese|"
     "avrebbe|avrebbero|avesse|avessero|fosse|fossero|teria|teriam|tivesse|tivessem|fossem|"
     "бы|zou|zouden|byłby|byłoby|gdyby|skulle|ville|olisi|lenne|volna|olurdu|akan menjadi|lẽ ra"},
    {CueWord::kHypothetical,
     "would|could|might|may|würde|könnte|könnten|pourrait|serait|podría|sería|potrebbe|sarebbe|poderia|seria|мог"},
    {CueWord::kTentative,
     "others|someone|another judge|other judges|colleague|critics|andere|d'autres|otros|altri|outros|другие|"
     "at first|initially|first thought|first i|i thought|thought|considered|considering|consider|tempted|leaning|"
     "leaned|first impression|at a glance|first glance|says|said|say that|claims|claimed|writes|wrote|asks|asked|tells|"
     "told|mentions|quotes|contains|alternative|previously|earlier|instruction|instructions|may say|can say|"
     "zuerst|zunächst|anfangs|erst|erwog|überlegte|dachte|sagt|schreibt|behauptet|"
     "d'abord|au début|au départ|j'ai pensé|envisagé|hésité|dit|écrit|prétend|"
     "al principio|inicialmente|primero|pensé|consideré|dice|escribe|afirma|"
     "all'inizio|inizialmente|prima|pensavo|considerato|dice|no início|a princípio|pensei|considerei|diz|"
     "сначала|вначале|думал|рассматривал|говорит|пишет|eerst|najpierw|först|først|aluksi|először|önce|ban đầu"},
    {CueWord::kAside,
     "because|since|whereas|while|although|though|given|weil|denn|während|obwohl|da|wohingegen|"
     "parce que|parce qu|car|puisque|puisqu|tandis que|tandis qu|alors que|alors qu|bien que|"
     "porque|ya que|puesto que|mientras|mientras que|aunque|perché|poiché|mentre|anche se|sebbene|"
     "pois|já que|enquanto|embora|потому что|поскольку|так как|тогда как|хотя|в то время как|"
     "omdat|terwijl|hoewel|ponieważ|podczas gdy|protože|zatímco|eftersom|medan|fordi|mens|koska|mert|çünkü|vì|karena"},
    {CueWord::kBreak,
     "but|however|yet|except|aber|jedoch|sondern|mais|cependant|pero|sino|ma|però|bensì|mas|porém|но|"
     "однако|а|maar|ale|lecz|men|mutta|utan|de|ama|nhưng|tetapi"},
    {CueWord::kConclusion,
     "therefore|thus|hence|thereby|consequently|accordingly|then again|finally|in the end|in conclusion|on balance|"
     "wait|hold on|on reflection|upon reflection|on second thought|on second thoughts|thinking again|correction|"
     "i meant|i misspoke|make that|let me reconsider|let me correct|changed my mind|change my mind|i was wrong|i made "
     "a mistake|scratch that|all in all|in sum|to conclude|at last|"
     "after all|reconsidering|having reconsidered|on closer|upon closer|looking closer|rather :|"
     "daher|deshalb|somit|folglich|demnach|schließlich|zuletzt|letztlich|letztendlich|am ende|warte|moment|korrektur|"
     "nach reiflicher|bei näherem|bei genauerem|nach genauerem|nach längerem|"
     "donc|par conséquent|ainsi|finalement|enfin|en conclusion|attends|attendez|à la réflexion|réflexion faite|"
     "en y réfléchissant|je me corrige|"
     "por lo tanto|por tanto|por eso|así que|entonces|finalmente|al final|en conclusión|espera|pensándolo bien|"
     "pensándolo mejor|mejor dicho|me corrijo|"
     "quindi|dunque|perciò|pertanto|infine|alla fine|in conclusione|aspetta|ripensandoci|"
     "portanto|logo|então|por isso|por fim|afinal|pensando bem|pensando melhor|"
     "поэтому|значит|следовательно|итак|в итоге|наконец|стоп|подождите|подумав|поразмыслив|"
     "dus|uiteindelijk|bij nader inzien|więc|zatem|dlatego|ostatecznie|jednak po|takže|proto|nakonec|därför|alltså|"
     "slutligen|derfor|altså|siksi|tehát|végül|dolayısıyla|bu yüzden|sonunda|vì vậy|do đó|cuối cùng|jadi|akhirnya"},
    {CueWord::kSo, "so|also|like så|så|logo"},
    {CueWord::kChoice,
     "i choose|i pick|i select|i decide|i conclude|i vote|i give|i go with|i'll go with|i'd go with|i would go with|"
     "i say|i'd say|i would say|i will say|i'll say|i would choose|i'd choose|i output|i prefer|i rate|i settle on|"
     "i'd give|i would give|must be|ultimately|actually|now|instead|ich wähle|ich sage|ich würde sagen|"
     "ich entscheide|je choisis|je dis|je dirais|elijo|digo|diría|scelgo|direi|escolho|diria|"
     "выбираю|я бы сказал|я бы выбрал"},
    {CueWord::kLabel,
     "verdict|decision|judgment|judgement|choice|winner|rating|score|ranking|conclusion|result|my pick|my "
     "vote|evaluation|"
     "overall|final answer|better answer|better assistant|better response|better one|preference|assessment|"
     "urteil|entscheidung|wertung|bewertung|ergebnis|sieger|gewinner|fazit|wahl|endurteil|bessere "
     "antwort|insgesamt|"
     "décision|jugement|choix|gagnant|résultat|évaluation|meilleure réponse|verdicto|veredicto|decisión|juicio|"
     "elección|ganador|conclusión|resultado|mejor "
     "respuesta|puntuación|calificación|verdetto|decisione|giudizio|scelta|vincitore|"
     "conclusione|risultato|voto|veredito|decisão|escolha|vencedor|conclusão|julgamento|"
     "вердикт|решение|выбор|победитель|итог|вывод|оценка|результат|oordeel|besluit|keuze|winnaar|conclusie|werdykt|"
     "decyzja|zwycięzca|ocena|wniosek|verdikt|rozhodnutí|vítěz|dom|omdöme|utslag|avgörande|beslut|vinnare|dommen|"
     "afgørelse|tuomio|päätös|ítélet|döntés|győztes|karar|sonuç|kazanan|phán quyết|kết luận|putusan|keputusan|"
     "kesimpulan|الحكم|القرار|النتيجة|निर्णय|फैसला|απόφαση|ετυμηγορία"},
};

constexpr Phrases kBehind[] = {
    {CueWord::kMeaning,
     "means|meaning|for a tie|for tie|stands for|steht für|bedeutet|signifie|significa|означает|"
     "si|se|bei|falls|en cas|en caso"},
    {CueWord::kFailing,
     "wrong|incorrect|worse|unjustified|unsupported|unfounded|untenable|inappropriate|invalid|impossible|mistake|error|"
     "gewesen|geworden|fails|fail|failed|loses|lost|rejected|false|inferior|worst|out|bad|unacceptable|mistaken|"
     "falsch|schlechter|verliert|versagt|scheidet|faux|incorrect|pire|échoue|perd|incorrecto|peor|falla|pierde|"
     "sbagliato|peggiore|fallisce|perde|errado|pior|falha|хуже|неверно|неправильно|проигрывает|fout|slechter"},
    {CueWord::kWinning,
     "it is|wins|won|better|is my|is the|is correct|is right|is best|takes|gewinnt|besser|richtig|gagne|l'emporte|"
     "meilleur|meilleure|gana|mejor|vince|migliore|vence|melhor|лучше|побеждает|wint|beter"},
    {CueWord::kReason,
     "because|since|as|for|over|due|given|while|whereas|with|and|but|or|which|who|by|on|in|at|although|though|despite|"
     "even|where|from|to|based|here|overall|therefore|so|weil|da|denn|und|aber|oder|während|obwohl|mit|wegen|als|vor|"
     "car|parce|puisque|et|mais|ou|tandis|alors|avec|bien|comme|porque|ya|pues|y|pero|o|mientras|aunque|con|por|como|"
     "perché|poiché|e|ma|mentre|pois|já|mas|com|потому|поскольку|так|и|но|а|ибо|хотя"},
};

constexpr Phrases kAnywhere[] = {
    {CueWord::kCondition,
     "如果|若|假如|倘若|要是|否则|否則|的话|的話|なら|ならば|れば|もし|場合|ときは|たら|다면|이면|"
     "으면|하면|라면|경우|만약|만일|아니면|ถ้า|หาก"},
    {CueWord::kMeaning, "如果|表示|代表|意味|を意味|の場合|는 뜻"},
    {CueWord::kNegation,
     "不是|不能|不会|不會|不该|不應|不应|不选|不選|没有|没人|没法|无法|無法|并非|並非|绝非|绝不|决不|怀疑|而非|ではな|"
     "じゃな|"
     "でない|ません|とは言えな|아니|아닙|않|없|못|ไม่"},
    {CueWord::kUnreal, "本来|本會|原本|就会|就會|本可|だったら|だっただろう|であっただろう|였을|었을|했을"},
    {CueWord::kTentative, "一开始|起初|最初|考虑过|曾考虑|考えた|思った|はじめは|初めは|처음|생각했"},
    {CueWord::kAside, "因为|因為|由于|なぜなら|一方|왜냐하면"},
    {CueWord::kBreak, "但是|但|然而|不过|しかし|ですが|하지만|그러나"},
    {CueWord::kConclusion,
     "所以|因此|综上|综合|等等|不对|再想|仔细想|仔细看|其实|实际上|最后|最終的|したがって|従って|よって|"
     "なので|ゆえに|だから|待って|よく考え|よく見る|結局|따라서|그래서|그러므로|잠깐|다시 생각|결국|ดังนั้น"},
    {CueWord::kLabel,
     "判决|裁决|裁定|结论|評判|评判|判断|最终|結論|判定|評決|总体|總體|综合来看|胜者|获胜|优胜|勝者|"
     "판정|결론|최종|승자|결정"},
    {CueWord::kFailing, "错|錯|不对|更差|失败|失敗|較差|较差|差|劣|間違|違う|誤|틀렸|틀린|나쁘|못하"},
    {CueWord::kWinning, "です|だと判断|だ。|と判断|とします|と結論|を選|を選び|胜|勝|更好|입니다|이다|선택"},
    {CueWord::kReason, "因为|因為|由于|ので|から|때문"},
    {CueWord::kQuestion, "ですか|でしょうか|吗|嗎|呢|까요|습니까"},
};

}  // namespace

absl::Span<const Phrases> CueLists() { return kBefore; }

absl::Span<const Phrases> CueListsBehind() { return kBehind; }

absl::Span<const Phrases> CueListsWithoutSpaces() { return kAnywhere; }

}  // namespace evaluation
