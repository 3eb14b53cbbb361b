/* spec/turtles.c - see turtles.h. */
#include "spec/turtles.h"

#include "base/cleanup.h"

/* Nothing that a turtle would mind being called. */
static const char *const adjectives[] = {
	"amiable",  "bold",	 "brave",     "breezy",	  "bright",	"calm",	    "careful",
	"caring",   "cheerful",	 "clever",    "content",  "curious",	"diligent", "dreamy",
	"eager",    "earnest",	 "faithful",  "fearless", "friendly",	"gentle",   "gleaming",
	"golden",   "graceful",	 "happy",     "hardy",	  "hearty",	"honest",   "hopeful",
	"humble",   "jolly",	 "keen",      "kind",	  "lively",	"loyal",    "lucky",
	"mellow",   "merry",	 "mighty",    "mindful",  "modest",	"noble",    "patient",
	"peaceful", "placid",	 "playful",   "polite",	  "proud",	"quiet",    "ready",
	"resolute", "robust",	 "serene",    "sincere",  "smiling",	"snug",	    "steadfast",
	"steady",   "sturdy",	 "sunny",     "tender",	  "thoughtful", "tidy",	    "tranquil",
	"trusty",   "unhurried", "wandering", "watchful", "wise",	"witty",
};

/* Turtles, tortoises and terrapins of seas, rivers and deserts, some long gone: as people who live
 * with them call them, or by their genus. */
static const char *const turtles[] = {
	"aldabra",     "angonoka", "apalone",	"archelon",    "arrau",	     "batagur",
	"baula",       "blanding", "bolson",	"bulus",       "caguama",    "carbonemys",
	"caretta",     "carey",	   "chaco",	"chelodina",   "chelonia",   "chelus",
	"clemmys",     "cooter",   "cuora",	"diamondback", "elseya",     "elusor",
	"emydura",     "emys",	   "flapshell", "flatback",    "flowerback", "galapagos",
	"golfina",     "gopher",   "graptemys", "hawksbill",   "hermann",    "hicatee",
	"hingeback",   "honu",	   "ishigame",	"jabuti",      "jicotea",    "kame",
	"kinixys",     "krefft",   "kusagame",	"leatherback", "lissemys",   "loggerhead",
	"matamata",    "mauremys", "meiolania", "morrocoy",    "motelo",     "natator",
	"orlitia",     "padloper", "pangshura", "pelusios",    "penyu",	     "proganochelys",
	"protostega",  "radiata",  "razorback", "redbelly",    "ridley",     "sawback",
	"sawshell",    "sideneck", "slider",	"snakeneck",   "snapper",    "softshell",
	"stupendemys", "sulcata",  "suppon",	"taricaya",    "terrapene",  "terrapin",
	"testudo",     "tinglar",  "tortuga",	"tracaja",     "tuntong",    "umigame",
};

const char *turtle_name(struct arena *a, uint64_t random)
{
	return arena_printf(a, "%s-%s", adjectives[random % ELEMENTS(adjectives)],
			    turtles[random / ELEMENTS(adjectives) % ELEMENTS(turtles)]);
}
