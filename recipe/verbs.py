"""``python -m recipe.verbs``: writes the kept lexicon of reporting verbs with their inflections.

The forms are those that simplemma's Italian dictionary leads back to each verb, in the persons that report
(the third, participles, gerunds, infinitives); what it lacks is listed here.
"""

from __future__ import annotations

import re

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from annotations.suggesters.lexicon import word_set
from annotations.suggesters.verbs import FILE

VERBS = word_set(
    """
    accennare accusare affermare aggiungere ammettere ammonire annotare annunciare argomentare assicurare
    asserire attaccare auspicare avvertire avvisare bacchettare balbettare bisbigliare bollare chiamare
    chiarire chiedere chiosare commentare comunicare concludere confermare confessare confidare
    considerare consigliare contestare continuare controbattere criticare definire denunciare descrivere
    dichiarare dire dirsi domandare esclamare esordire esortare esprimere evidenziare garantire giudicare
    giurare gridare incalzare indicare informare ingiungere insinuare insistere intervenire intimare
    invitare invocare ipotizzare ironizzare lamentare lanciare leggere lodare mentire minacciare mormorare
    motivare narrare negare notare obiettare ordinare osservare parlare paventare polemizzare precisare
    pregare preannunciare proclamare profetizzare promettere pronunciare proporre proseguire protestare
    puntualizzare qualificare raccomandare raccontare rammentare rassicurare recitare replicare reagire
    ribadire ribattere ribattezzare richiamare riassumere ricordare riferire rilanciare rilevare rimarcare
    rimproverare rincarare ringraziare ripetere riportare riprendere rispondere ritenere rivelare
    rivendicare rivolgere salutare sbottare scandire scherzare scrivere segnalare smentire sollecitare
    sospirare sostenere sottolineare specificare spiegare suggerire supplicare sussurrare sbraitare tuonare
    twittare postare urlare vantare
    """
)
MISSING = {
    "dire": "detto detta detti dette dirà dirsi dicendosi dettosi",
    "aggiungere": "aggiunto aggiunta aggiunti aggiunte",
    "scrivere": "scritto scritta scritti scritte scrisse scrissero",
    "chiedere": "chiesto chiesta chiese chiesero",
    "esprimere": "espresso espressa espressi espresse",
    "concludere": "concluso conclusa concluse conclusero",
    "ammettere": "ammesso ammessa ammise ammisero",
    "promettere": "promesso promessa promise promisero",
    "rispondere": "risposto risposta rispose risposero",
    "rivolgere": "rivolto rivolta rivolti rivolte rivolse rivolgersi rivolgendosi",
    "leggere": "letto lesse legge",
    "riprendere": "ripreso riprese",
    "riassumere": "riassunto riassunse",
    "descrivere": "descritto descritta descritti descritte descrisse",
    "proporre": "proposto proposta propose proponendo propone propongono",
    "lamentare": "lamentarsi lamentandosi",
    "twittare": "twitta twittato twittando twittava",
    "postare": "posta postato postando",
    "vantare": "vantarsi vantandosi",
}
_REPORTS = re.compile(r"(?:ndo|no|ro|[tsr][oaei]|a|e|ì|ò|à|é)\Z")
_PARTICIPLE = re.compile(r"[aiu]to\Z")
_OTHER_PERSON = re.compile(
    r"(?:ste|mmo|amo|ssi|nte|nti|sti|ate|ete|ite|ssero|asse|esse|isse|assero|essero|issero)\Z"
)
_THIRD_OF_OWN = {"disse", "scrisse", "descrisse", "lesse", "dissero", "scrissero", "descrissero", "lessero"}


def main() -> None:
    """Write the file."""
    by_lemma: dict[str, set[str]] = {}
    for form, lemma in DefaultDictionaryFactory().get_dictionary("it").items():
        by_lemma.setdefault(_text(lemma), set()).add(_text(form))
    lines = []
    for verb in sorted(VERBS):
        forms = {form for form in by_lemma.get(verb, ()) if _reports(form)} | {verb}
        forms |= set(MISSING.get(verb, "").split())
        # a dictionary with one lemma a form gives «accusa» to the noun, and knows participles in -o only
        forms |= {verb[:-3] + "a"} if verb.endswith("are") else set()
        forms |= {form[:-1] + end for form in forms if _PARTICIPLE.search(form) for end in "aie"}
        lines.append(" ".join([verb, *sorted(forms - {verb})]))
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _reports(form: str) -> bool:
    if form in _THIRD_OF_OWN:
        return True
    return (
        form.isalpha() and form.islower() and bool(_REPORTS.search(form)) and not _OTHER_PERSON.search(form)
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


if __name__ == "__main__":
    main()
